"""Routes of this room outside the organisation."""

from django.urls import path

from surveys import public_views

urlpatterns = [
    path("u/<str:token>", public_views.unsubscribe_page, name="unsubscribe"),
    path("m/<str:token>", public_views.short_link, name="short_link"),
]
