from importlib import import_module

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "dashboards"

    def ready(self) -> None:
        import_module("dashboards.wiring").connect()
