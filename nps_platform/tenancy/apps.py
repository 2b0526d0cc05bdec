from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from nps_platform.lib import folding
from nps_platform.tenancy.rls import build_wall


class TenancyConfig(AppConfig):
    name = "nps_platform.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from nps_platform import checks  # noqa: F401, PLC0415  registers the system checks once models are loaded
        from nps_platform.tenancy.grants import grant_application_role  # noqa: PLC0415

        connection_created.connect(build_wall)
        connection_created.connect(folding.teach)
        post_migrate.connect(grant_application_role, sender=self)
