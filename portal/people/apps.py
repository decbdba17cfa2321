from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "portal.people"

    def ready(self) -> None:
        from portal.audit import sentences
        from portal.people.sentences import SENTENCES

        sentences.register(SENTENCES)
