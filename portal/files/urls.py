from django.urls import path

from portal.files import views

app_name = "files"
urlpatterns = [path("verify/<str:code>/", views.verify, name="verify")]
