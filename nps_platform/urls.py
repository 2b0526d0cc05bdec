"""Every address: the doors outside, the organisation's rooms inside /o/<slug>/, the public doors."""

from django.conf import settings
from django.urls import include, path

from nps_platform import api, health
from nps_platform.components import components

handler400, handler500 = "nps_platform.failures.unreadable", "nps_platform.failures.failed"

inside = [
    path("", include("nps_platform.exports.urls")),
    path("", include("dashboards.urls")),
    path("", include("closeloop.urls")),
    path("", include("surveys.urls")),
    path("", include("responses.urls")),
    path("", include("nps_platform.webhooks.urls")),
    path("", include("nps_platform.messaging.urls")),
    path("", include("nps_platform.customers.urls")),
    path("", include("nps_platform.tenancy.urls")),
]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/", include("allauth.account.urls")),
    path("o/<slug:slug>/", include(inside)),
    path("api/", include(api)),
    path("", include(settings.PUBLIC_URLCONF)),
    path("", include("nps_platform.messaging.public_urls")),
    path("", include("nps_platform.tenancy.public_urls")),
]

if settings.DEBUG:
    urlpatterns += [path("debug/components/", components, name="components")]
