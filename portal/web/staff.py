"""The Django admin as an app, apart from its classes: those may only be imported once all apps are loaded."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "portal.web.admin.StaffSite"
