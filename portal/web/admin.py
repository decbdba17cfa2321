from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class StaffSite(admin.AdminSite):
    site_header = "Exams Office"
    site_title = "Exams Office"
    index_title = "Staff"


class StaffAdminConfig(AdminConfig):
    default_site = "portal.web.admin.StaffSite"
