from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "portal.notices"

    def ready(self) -> None:
        from portal.audit import sentences
        from portal.notices.sentences import SENTENCES

        sentences.register(SENTENCES)
