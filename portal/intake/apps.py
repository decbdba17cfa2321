from django.apps import AppConfig

from portal.audit import sentences
from portal.intake.sentences import SENTENCES


class IntakeConfig(AppConfig):
    name = "portal.intake"

    def ready(self) -> None:
        sentences.register(SENTENCES)
