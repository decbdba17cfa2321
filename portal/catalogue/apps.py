from django.apps import AppConfig

from portal.audit import sentences
from portal.catalogue.sentences import SENTENCES


class CatalogueConfig(AppConfig):
    name = "portal.catalogue"

    def ready(self) -> None:
        sentences.register(SENTENCES)
