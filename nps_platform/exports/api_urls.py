"""The API's routes of this room."""

from django.urls import path

from nps_platform.exports import api

urlpatterns = [
    path("exports", api.ExportsView.as_view(), name="api_exports"),
    path("exports/<int:pk>", api.ExportView.as_view(), name="api_export"),
    path("exports/<int:pk>/file", api.ExportFileView.as_view(), name="api_export_file"),
]
