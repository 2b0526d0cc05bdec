from importlib import import_module

from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    name = "responses"

    def ready(self) -> None:
        import_module("responses.panels").register()
        import_module("responses.provisional_panel").register()
        import_module("responses.erasing").register()
        import_module("responses.held").register()
        import_module("responses.asking").register()
        import_module("responses.import_kind").register()
