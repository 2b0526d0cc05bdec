from importlib import import_module

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "nps_platform.customers"
    label = "customers"

    def ready(self) -> None:
        import_module("nps_platform.customers.own_imports").register()
        import_module("nps_platform.customers.held").register()
