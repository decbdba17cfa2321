from django.urls import path

from deadlines import views

app_name = "deadlines"
urlpatterns = [
    path("", views.dates, name="dates"),
    path("limits/", views.limits, name="limits"),
]
