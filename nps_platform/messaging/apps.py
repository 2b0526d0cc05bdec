from importlib import import_module

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "nps_platform.messaging"
    label = "messaging"

    def ready(self) -> None:
        import_module("nps_platform.messaging.erasing").register()
        import_module("nps_platform.messaging.member_mail").register()
