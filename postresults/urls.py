from django.urls import path

from postresults.views import results

app_name = "postresults"
urlpatterns = [
    path("", results.results, name="results"),
    path("components/<str:series>/<str:unit>/", results.component, name="component"),
    path("components/<str:series>/<str:unit>/results.csv", results.component_csv, name="component-csv"),
]
