from django.apps import AppConfig


class CentresConfig(AppConfig):
    name = "portal.centres"

    def ready(self) -> None:
        from portal.audit import sentences
        from portal.centres.sentences import SENTENCES

        sentences.register(SENTENCES)
