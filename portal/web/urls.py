from django.urls import path

from portal.web import views

app_name = "web"
urlpatterns = [
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("style-guide/", views.style_guide, name="style-guide"),
]
