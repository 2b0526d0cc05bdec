"""Routes of this room."""

from django.urls import path

from dashboards.views.home import home

urlpatterns = [
    path("", home, name="home"),
]
