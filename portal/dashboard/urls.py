from django.urls import path

from portal.dashboard.views import home

app_name = "dashboard"

urlpatterns = [
    path("", home.start, name="start"),
    path("c/<str:number>/", home.home, name="home"),
]
