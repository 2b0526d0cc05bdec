"""Routes of this room outside the organisation."""

from django.urls import path

from nps_platform.messaging import text_webhooks, webhooks

urlpatterns = [
    path("hooks/mail/<slug:provider>", webhooks.mail_webhook, name="mail_webhook"),
    path("hooks/mail/<slug:provider>/inbound", webhooks.mail_inbound, name="mail_inbound"),
    path("hooks/text/<str:token>/status", text_webhooks.text_status, name="text_status"),
    path("hooks/text/<str:token>/inbound", text_webhooks.text_inbound, name="text_inbound"),
]
