"""Routes of this room."""

from django.urls import path

from responses import views

urlpatterns = [
    path("surveys/<int:pk>/preview/", views.survey_preview, name="survey_preview"),
]
