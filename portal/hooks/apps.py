from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "portal.hooks"

    def ready(self) -> None:
        from portal.audit import sentences
        from portal.hooks.sentences import SENTENCES

        sentences.register(SENTENCES)
