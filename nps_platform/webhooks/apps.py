from importlib import import_module

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "nps_platform.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        import_module("nps_platform.webhooks.erasing").register()
        import_module("nps_platform.webhooks.off_mail").register()
