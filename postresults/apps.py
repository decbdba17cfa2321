from django.apps import AppConfig


class PostresultsConfig(AppConfig):
    name = "postresults"
