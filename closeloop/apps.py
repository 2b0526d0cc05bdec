from importlib import import_module

from django.apps import AppConfig


class CloseloopConfig(AppConfig):
    name = "closeloop"

    def ready(self) -> None:
        import_module("closeloop.wiring").connect()
