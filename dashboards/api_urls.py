"""The metrics' calls below /api/v1/."""

from django.urls import path

from dashboards.api import MoneyView, NpsView

urlpatterns = [
    path("metrics/nps", NpsView.as_view(), name="api_metrics_nps"),
    path("metrics/money", MoneyView.as_view(), name="api_metrics_money"),
]
