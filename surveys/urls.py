"""Routes of this room inside an organisation."""

from django.urls import path

from surveys.views import journey, programmes, surveys

urlpatterns = [
    path("journey/", journey.journey, name="journey"),
    path("journey/stages/<int:pk>/", journey.stage, name="stage"),
    path("journey/stages/<int:pk>/move/", journey.stage_move, name="stage_move"),
    path("journey/stages/<int:pk>/delete/", journey.stage_delete, name="stage_delete"),
    path("journey/stages/<int:pk>/touchpoints/", journey.touchpoint_add, name="touchpoint_add"),
    path("journey/touchpoints/<int:pk>/", journey.touchpoint, name="touchpoint"),
    path("journey/touchpoints/<int:pk>/move/", journey.touchpoint_move, name="touchpoint_move"),
    path("journey/touchpoints/<int:pk>/delete/", journey.touchpoint_delete, name="touchpoint_delete"),
    path("surveys/", surveys.surveys, name="surveys"),
    path("surveys/new/", surveys.survey_new, name="survey_new"),
    path("surveys/<int:pk>/", surveys.survey, name="survey"),
    path("surveys/<int:pk>/mail/", surveys.survey_mail, name="survey_mail"),
    path("surveys/<int:pk>/publish/", surveys.survey_publish, name="survey_publish"),
    path("surveys/<int:pk>/duplicate/", surveys.survey_duplicate, name="survey_duplicate"),
    path("surveys/<int:pk>/archive/", surveys.survey_archive, name="survey_archive"),
    path("surveys/<int:pk>/test/", surveys.survey_test, name="survey_test"),
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/new/", programmes.programme_new, name="programme_new"),
    path("programmes/<int:pk>/", programmes.programme, name="programme"),
    path("programmes/<int:pk>/progress/", programmes.programme_progress, name="programme_progress"),
    path("programmes/<int:pk>/people.csv", programmes.programme_people, name="programme_people"),
    path("programmes/<int:pk>/launch/", programmes.programme_launch, name="programme_launch"),
    path("programmes/<int:pk>/pause/", programmes.programme_pause, name="programme_pause"),
    path("programmes/<int:pk>/resume/", programmes.programme_resume, name="programme_resume"),
    path("programmes/<int:pk>/close/", programmes.programme_close, name="programme_close"),
    path("programmes/<int:pk>/delete/", programmes.programme_delete, name="programme_delete"),
]
