"""Every address of the API; what stands behind each is its room's."""

from django.urls import path

from claims.api.claiming import ClaimsView
from claims.api.grades import UnitGradesView
from claims.api.tracker import TrackerView
from deadlines.api import DueView, KeyDatesView, LimitsView
from portal.api import views
from portal.learners.api.learners import LearnersView, LearnerView
from portal.learners.api.qualifications import QualificationsView
from portal.learners.api.writing import EntriesView, RegistrationsView
from postresults.api import OffersView, ResultsView, ServicesView

app_name = "api"
urlpatterns = [
    path("due/", DueView.as_view(), name="due"),
    path("limits/", LimitsView.as_view(), name="limits"),
    path("key-dates/", KeyDatesView.as_view(), name="key-dates"),
    path("tracker/", TrackerView.as_view(), name="tracker"),
    path("claims/", ClaimsView.as_view(), name="claims"),
    path("learners/", LearnersView.as_view(), name="learners"),
    path("learners/<str:candidate>/", LearnerView.as_view(), name="learner"),
    path("qualifications/", QualificationsView.as_view(), name="qualifications"),
    path("results/", ResultsView.as_view(), name="results"),
    path("postresults/services/", ServicesView.as_view(), name="postresults-services"),
    path("postresults/offers/", OffersView.as_view(), name="postresults-offers"),
    path("registrations/", RegistrationsView.as_view(), name="registrations"),
    path("entries/", EntriesView.as_view(), name="entries"),
    path("unit-grades/", UnitGradesView.as_view(), name="unit-grades"),
    path("schema/", views.SchemaView.as_view(), name="schema"),
    path("docs/", views.DocsView.as_view(), name="docs"),
    path("docs/token/", views.show_token, name="docs-token"),
    path("<path:anything>", views.NowhereView.as_view(), name="nowhere"),
]
