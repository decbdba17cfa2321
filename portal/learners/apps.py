from django.apps import AppConfig

from portal.audit import sentences
from portal.learners.sentences import SENTENCES


class LearnersConfig(AppConfig):
    name = "portal.learners"

    def ready(self) -> None:
        sentences.register(SENTENCES)
