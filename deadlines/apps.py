from django.apps import AppConfig

from deadlines.sentences import SENTENCES
from portal.audit import sentences


class DeadlinesConfig(AppConfig):
    name = "deadlines"

    def ready(self) -> None:
        sentences.register(SENTENCES)
