"""The REST API's one list of routes: each room brings its own views, none reaches into another's."""

from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView

from nps_platform.lib.problems import no_such_path
from nps_platform.tenancy.api_docs import api_docs

urlpatterns = [
    path("v1/schema", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs", api_docs, name="api_docs"),
    path("v1/", include("nps_platform.customers.api_urls")),
    path("v1/", include("surveys.api_urls")),
    path("v1/", include("responses.api_urls")),
    path("v1/", include("closeloop.api_urls")),
    path("v1/", include("dashboards.api_urls")),
    path("v1/", include("nps_platform.exports.api_urls")),
    path("v1/", include("nps_platform.webhooks.api_urls")),
    # Last: whatever no room knows.
    re_path(r"", csrf_exempt(no_such_path), name="api_unknown"),
]
