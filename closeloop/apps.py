from django.apps import AppConfig


class CloseloopConfig(AppConfig):
    name = "closeloop"
