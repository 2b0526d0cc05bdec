from importlib import import_module

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "nps_platform.messaging"
    label = "messaging"

    def ready(self) -> None:
        import_module("nps_platform.messaging.erasing").register()
        import_module("nps_platform.messaging.held").register()
        import_module("nps_platform.messaging.member_mail").register()
        import_module("nps_platform.messaging.provider_events").register()
        import_module("nps_platform.messaging.answers_by_text").register()
        import_module("nps_platform.messaging.text_actions").register()
