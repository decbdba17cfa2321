from django.urls import path

from portal.dashboard.views import health, home

app_name = "dashboard"

urlpatterns = [
    path("", home.start, name="start"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("status", health.status, name="status"),
    path("service/status/", health.service_status, name="service-status"),
    path("centres/", home.centres, name="centres"),
    path("c/<str:number>/", home.home, name="home"),
]
