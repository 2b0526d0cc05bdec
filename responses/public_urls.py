"""Routes of this room."""

from django.urls import path

from responses import partial_views, public_embed, public_kiosk, public_views, public_visits

urlpatterns = [
    path("s/<str:token>", public_views.answer, name="survey_page"),
    path("s/<str:token>/more", public_views.more, name="survey_more"),
    path("s/<str:token>/partial", partial_views.partial, name="survey_partial"),
    path("s/<str:token>/thanks", public_views.thanks, name="survey_thanks"),
    path("s/<str:token>/privacy", public_views.privacy, name="survey_privacy"),
    path("l/<str:token>", public_visits.visit, name="visit_page"),
    path("l/<str:token>/privacy", public_visits.visit_privacy, name="visit_privacy"),
    path("l/<str:token>/more", public_visits.visit_more, name="visit_more"),
    path("l/<str:token>/thanks", public_visits.visit_thanks, name="visit_thanks"),
    path("kiosk/<str:token>", public_kiosk.kiosk, name="kiosk"),
    path("kiosk/<str:token>/thanks", public_kiosk.kiosk_thanks, name="kiosk_thanks"),
    path("kiosk/<str:token>/answers", public_kiosk.kiosk_answers, name="kiosk_answers"),
    path("kiosk/<str:token>/worker.js", public_kiosk.kiosk_worker, name="kiosk_worker"),
    path("kiosk/<str:token>/manifest.webmanifest", public_kiosk.kiosk_manifest, name="kiosk_manifest"),
    path("w/<str:token>.js", public_embed.embed_script, name="embed_script"),
    path("w/<str:token>/ask", public_embed.embed_ask, name="embed_ask"),
    path("w/<str:token>/answers", public_embed.embed_answers, name="embed_answers"),
    path("l/<slug:slug>/<slug:number>", public_visits.visit_by_hand, name="visit_by_hand"),
]
