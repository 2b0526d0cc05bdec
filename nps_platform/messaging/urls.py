"""Routes of this room inside an organisation."""

from django.urls import path

from nps_platform.messaging import views

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:pk>/", views.message, name="message"),
    path("outbox/<int:pk>/resend/", views.message_resend, name="message_resend"),
]
