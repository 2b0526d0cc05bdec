"""Routes of this room inside an organisation."""

from django.urls import path

from nps_platform.messaging import sender_views, text_views, views

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:pk>/", views.message, name="message"),
    path("outbox/<int:pk>/resend/", views.message_resend, name="message_resend"),
    path("deliverability/sender/", sender_views.sender_domain, name="sender_domain"),
    path("deliverability/sender/<int:pk>/", sender_views.sender_check, name="sender_check"),
    path("settings/texts/", text_views.texts, name="texts"),
    path("settings/texts/test/", text_views.texts_test, name="texts_test"),
    path("settings/texts/remove/", text_views.texts_remove, name="texts_remove"),
]
