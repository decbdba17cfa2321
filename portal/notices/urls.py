from django.urls import path

from portal.notices import views

app_name = "notices"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read, name="read"),
    path("preferences/", views.preferences, name="preferences"),
    path("<int:pk>/", views.message, name="message"),
    path("<int:pk>/again/", views.again, name="again"),
]
