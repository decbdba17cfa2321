from django.apps import AppConfig


class LearnersConfig(AppConfig):
    name = "portal.learners"

    def ready(self) -> None:
        from portal.audit import sentences
        from portal.intake import kinds
        from portal.learners.actions.sheets import SHEETS
        from portal.learners.sentences import SENTENCES

        sentences.register(SENTENCES)
        for sheet in SHEETS:
            kinds.register(sheet)
