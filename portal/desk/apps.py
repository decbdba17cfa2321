from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "portal.desk"
    verbose_name = "Your desk"

    def ready(self) -> None:
        from portal.audit import sentences
        from portal.desk.sentences import SENTENCES

        sentences.register(SENTENCES)
