"""PostgreSQL refuses a decision by somebody who is involved, and any change of an issued one, whoever asks."""

from django.db import migrations

INSTALL = """
CREATE OR REPLACE FUNCTION casework_decision_is_independent() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM casework_involvement
        WHERE case_id = NEW.case_id AND user_id IN (NEW.decided_by_id, NEW.countersigned_by_id)
          AND part IN ('marked', 'moderated', 'reviewed', 'investigated', 'subject')
    ) THEN
        RAISE EXCEPTION 'nobody decides or countersigns in a case they are involved in'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER casework_decision_independent BEFORE INSERT OR UPDATE OF case_id, decided_by_id, countersigned_by_id
    ON casework_decision FOR EACH ROW EXECUTE FUNCTION casework_decision_is_independent();

CREATE OR REPLACE FUNCTION casework_decision_is_final() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'received_at') <> (to_jsonb(OLD) - 'received_at') THEN
        RAISE EXCEPTION 'a decision that is issued never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER casework_decision_final BEFORE UPDATE OR DELETE ON casework_decision
    FOR EACH ROW WHEN (OLD.issued_at IS NOT NULL) EXECUTE FUNCTION casework_decision_is_final();
"""
REMOVE = """
DROP TRIGGER IF EXISTS casework_decision_independent ON casework_decision;
DROP TRIGGER IF EXISTS casework_decision_final ON casework_decision;
DROP FUNCTION IF EXISTS casework_decision_is_independent();
DROP FUNCTION IF EXISTS casework_decision_is_final();
"""


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INSTALL, params=None)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REMOVE, params=None)


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
