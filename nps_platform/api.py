"""The REST API's one list of routes: each room brings its own views, none reaches into another's."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView

urlpatterns = [
    path("v1/schema", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs", SpectacularRedocView.as_view(url_name="api_schema"), name="api_docs"),
    path("v1/", include("nps_platform.customers.api_urls")),
    path("v1/", include("surveys.api_urls")),
    path("v1/", include("responses.api_urls")),
    path("v1/", include("closeloop.api_urls")),
    path("v1/", include("dashboards.api_urls")),
]
