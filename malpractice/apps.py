from django.apps import AppConfig


class MalpracticeConfig(AppConfig):
    name = "malpractice"
