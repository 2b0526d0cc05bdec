from importlib import import_module

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "nps_platform.exports"
    label = "exports"

    def ready(self) -> None:
        import_module("nps_platform.exports.erasing").register()
