from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "claims"

    def ready(self) -> None:
        from claims.actions.readiness import recompute
        from claims.actions.sheets import register_sheet
        from claims.queries.duties import DUTIES
        from claims.queries.fixed import objections
        from claims.sentences import SENTENCES
        from deadlines import duties
        from portal.audit import sentences
        from portal.learners import watchers

        sentences.register(SENTENCES)
        watchers.register(recompute)
        watchers.guard(objections)
        register_sheet()
        for duty in DUTIES:
            duties.register(duty)
