from django.urls import path

from portal.fees import views

app_name = "fees"
urlpatterns = [path("", views.fees, name="list")]
