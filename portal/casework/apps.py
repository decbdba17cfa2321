from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "portal.casework"

    def ready(self) -> None:
        from portal.audit import sentences
        from portal.casework.sentences import SENTENCES

        sentences.register(SENTENCES)
