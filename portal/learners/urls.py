from django.urls import path

from portal.centres.rules import CLAIMS_MAKE, LEARNERS_IMPORT
from portal.intake.urls import file_urls
from portal.learners import views
from portal.learners.views import PLACES

app_name = "learners"
urlpatterns = [
    path("", views.learner_list, name="list"),
    *file_urls(PLACES["learners"], capability=LEARNERS_IMPORT, at="uploads/learners/"),
    *file_urls(PLACES["registrations"], capability=LEARNERS_IMPORT, at="uploads/registrations/"),
    *file_urls(PLACES["entries"], capability=CLAIMS_MAKE, at="uploads/entries/"),
    path("registrations/<str:registration>/units/", views.units, name="units"),
    path("registrations/<str:registration>/entry/", views.late_entry, name="enter"),
    path("<str:candidate>/", views.detail, name="detail"),
    path("<str:candidate>/edit/", views.edit, name="edit"),
]
