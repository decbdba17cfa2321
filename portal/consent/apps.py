from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "portal.consent"

    def ready(self) -> None:
        from portal.audit import sentences
        from portal.consent.sentences import SENTENCES

        sentences.register(SENTENCES)
