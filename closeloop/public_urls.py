"""Routes of this room."""

from django.urls import path

from closeloop import public_views

urlpatterns = [
    path("c/<str:token>", public_views.loop_page, name="loop_page"),
    path("c/<str:token>/privacy", public_views.loop_privacy, name="loop_privacy"),
    path("f/<str:token>", public_views.guest_page, name="guest_page"),
]
