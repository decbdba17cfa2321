from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "portal.casework"
