from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "nps_platform.demo"
    label = "demo"
