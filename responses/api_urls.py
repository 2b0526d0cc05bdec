"""API routes of this room."""

from django.urls import path

from responses.api import ResponsesView, ResponseView

urlpatterns = [
    path("responses", ResponsesView.as_view(), name="api_responses"),
    path("responses/<int:pk>", ResponseView.as_view(), name="api_response"),
]
