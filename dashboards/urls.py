"""Routes of this room."""

from django.urls import path

from dashboards.views.comments import comments, comments_csv
from dashboards.views.home import home
from dashboards.views.results import results, results_csv

urlpatterns = [
    path("", home, name="home"),
    path("dashboards/", results, name="results"),
    path("dashboards/<str:table>.csv", results_csv, name="results_csv"),
    path("comments/", comments, name="comments"),
    path("comments/comments.csv", comments_csv, name="comments_csv"),
]
