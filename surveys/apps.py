from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        from surveys import erasing, held, message_kinds  # noqa: PLC0415  models are loaded only now

        message_kinds.register()
        erasing.register()
        held.register()
