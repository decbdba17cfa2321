from django.conf import settings
from django.contrib import admin
from django.urls import include, path, register_converter

from deadlines.views import feed
from portal.web.converters import RowConverter
from postresults.views.service import service

register_converter(RowConverter, "row")

handler400 = "portal.web.views.bad_request"
handler403 = "portal.web.views.permission_denied"
handler404 = "portal.web.views.not_found"
handler500 = "portal.web.views.server_error"

urlpatterns = [
    path("c/<str:number>/claims/", include("claims.urls")),
    path("c/<str:number>/results/", include("postresults.urls")),
    path("c/<str:number>/learners/", include("portal.learners.urls")),
    path("c/<str:number>/dates/", include("deadlines.urls")),
    path("service/", service, name="service"),
    path("deadlines/feed/<str:secret>.ics", feed, name="deadlines-feed"),
    path("c/<str:number>/messages/", include("portal.notices.urls")),
    path("c/<str:number>/fees/", include("portal.fees.urls")),
    path("", include("portal.consent.urls")),
    path("", include("portal.dashboard.urls")),
    path("", include("portal.web.urls")),
    path("accounts/", include("portal.accounts.urls")),
    path("c/<str:number>/people/webhooks/", include("portal.hooks.urls")),
    path("", include("portal.people.urls")),
    path("", include("portal.files.urls")),
    path("api/v1/", include("portal.api.urls")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("portal.demo.urls")))
