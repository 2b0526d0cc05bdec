from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "nps_platform.customers"
    label = "customers"
