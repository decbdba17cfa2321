from django.urls import path

from deadlines import views

app_name = "deadlines"
urlpatterns = [
    path("", views.dates, name="dates"),
    path("limits/", views.limits, name="limits"),
    path("feed/", views.calendar, name="calendar"),
    path("feed/renew/", views.renew_calendar, name="calendar-renew"),
    path("feed/end/", views.end_calendar, name="calendar-end"),
]
