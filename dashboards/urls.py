"""Routes of this room."""

from django.urls import path

from dashboards.views.comments import answers_csv, comments, comments_csv, notes_csv
from dashboards.views.employees import employees, employees_csv
from dashboards.views.executive import executive
from dashboards.views.home import home
from dashboards.views.journey import journey, journey_csv
from dashboards.views.money import money, money_csv
from dashboards.views.money_customers import money_customers, money_customers_csv
from dashboards.views.results import results, results_csv

urlpatterns = [
    path("", home, name="home"),
    path("dashboards/", results, name="results"),
    path("dashboards/money/", money, name="money"),
    path("dashboards/money/value.csv", money_csv, name="money_csv"),
    path("dashboards/money/<slug:which>/", money_customers, name="money_customers"),
    path("dashboards/money/<slug:which>.csv", money_customers_csv, name="money_customers_csv"),
    path("dashboards/employees/", employees, name="employees"),
    path("dashboards/employees/<slug:table>.csv", employees_csv, name="employees_csv"),
    path("dashboards/<slug:table>.csv", results_csv, name="results_csv"),
    path("executive/", executive, name="executive"),
    path("journey/", journey, name="journey"),
    path("journey/journey.csv", journey_csv, name="journey_csv"),
    path("comments/", comments, name="comments"),
    path("comments/comments.csv", comments_csv, name="comments_csv"),
    path("comments/answers.csv", answers_csv, name="answers_csv"),
    path("comments/notes.csv", notes_csv, name="notes_csv"),
]
