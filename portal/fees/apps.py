from django.apps import AppConfig


class FeesConfig(AppConfig):
    name = "portal.fees"

    def ready(self) -> None:
        from portal.audit import sentences
        from portal.fees.sentences import SENTENCES

        sentences.register(SENTENCES)
