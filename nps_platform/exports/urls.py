"""Routes of this room inside an organisation."""

from django.urls import path

from nps_platform.exports import views

urlpatterns = [
    path("exports/", views.exports, name="exports"),
    path("exports/new/<slug:kind>/", views.export_new, name="export_new"),
    path("exports/<int:pk>/", views.export, name="export"),
    path("exports/<int:pk>/file/", views.export_file, name="export_file"),
    path("exports/<int:pk>/delete/", views.export_delete, name="export_delete"),
]
