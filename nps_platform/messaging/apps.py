from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "nps_platform.messaging"
    label = "messaging"
