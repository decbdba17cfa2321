"""What the source may not do. Every rule is held against the whole tree, and against a sample that breaks it."""

import pytest

from tests.architecture.source import (
    File,
    clock_is_read_in_interfaces,
    files,
    functions_are_short,
    modules_are_of_the_vocabulary,
    nothing_banned,
    one_writer_each,
    only_actions_write,
)

RULES = [
    only_actions_write,
    clock_is_read_in_interfaces,
    nothing_banned,
    one_writer_each,
    functions_are_short,
    modules_are_of_the_vocabulary,
]


@pytest.fixture(scope="module")
def tree() -> list[File]:
    return files()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule, tree):
    assert [fault for file in tree for fault in rule(file)] == []


BREACHES = [
    (only_actions_write, "claims/views/check.py", "claim.save()"),
    (only_actions_write, "claims/tasks.py", "Claim.objects.create(centre=centre)"),
    (only_actions_write, "claims/admin.py", "Claim.objects.bulk_create(rows)"),
    (only_actions_write, "claims/queries/files.py", "add_rows(Claim, names, rows)"),
    (only_actions_write, "portal/people/management/commands/tidy.py", "Person.objects.filter(pk=1).delete()"),
    (only_actions_write, "portal/accounts/middleware.py", "rows.update(last_seen_at=at)"),
    (only_actions_write, "portal/web/templatetags/house.py", "Notice.objects.get_or_create(key=key)"),
    (clock_is_read_in_interfaces, "claims/actions/claiming.py", "at = clock.now()"),
    (clock_is_read_in_interfaces, "deadlines/rules/counting.py", "today = london_date(clock.now())"),
    (nothing_banned, "claims/views/check.py", "at = timezone.now()"),
    (nothing_banned, "claims/models.py", "at = models.DateTimeField(auto_now=True)"),
    (nothing_banned, "claims/views/check.py", "from django.utils.safestring import mark_safe"),
    (nothing_banned, "claims/views/check.py", "@csrf_exempt\ndef view(request): ..."),
    (nothing_banned, "claims/actions/claiming.py", "import pickle"),
    (nothing_banned, "claims/rules/states.py", "today = date.today()"),
    (nothing_banned, "claims/queries/tracker.py", "cursor.execute(f'SELECT {name}')"),
    (one_writer_each, "portal/learners/actions/results.py", "Result.objects.filter(pk=1).update(grade='D')"),
    (one_writer_each, "postresults/actions/outcomes.py", "request.result.mark = 40"),
    (one_writer_each, "postresults/actions/outcomes.py", "request.case.status = 'closed'"),
    (one_writer_each, "appeals/actions/lodging.py", "Case.objects.filter(pk=1).update(status='valid')"),
    (functions_are_short, "claims/views/check.py", "def view():\n" + "    pass\n" * 40),
    (modules_are_of_the_vocabulary, "claims/utils.py", "pass"),
    (modules_are_of_the_vocabulary, "portal/audit/helpers.py", "pass"),
    (modules_are_of_the_vocabulary, "portal/common.py", "pass"),
]


@pytest.mark.parametrize(("rule", "path", "text"), BREACHES)
def test_the_rule_catches_a_breach(rule, path, text):
    assert len(rule(File(path, text))) == 1


KEPT = [
    (only_actions_write, "claims/actions/claiming.py", "claim.save()"),
    (only_actions_write, "claims/views/check.py", "context.update({'nav': 'claims'})"),
    (only_actions_write, "claims/views/check.py", "session.save()  # allowed: the visitor's session, not a row"),
    (clock_is_read_in_interfaces, "claims/views/check.py", "at = clock.now()"),
    (nothing_banned, "portal/clock.py", "datetime.now(UTC)"),
    (functions_are_short, "claims/views/check.py", "def view():\n" + "    pass\n" * 39),
    (modules_are_of_the_vocabulary, "claims/rules/states.py", "pass"),
]


@pytest.mark.parametrize(("rule", "path", "text"), KEPT)
def test_the_rule_lets_an_honest_line_pass(rule, path, text):
    assert rule(File(path, text)) == []
