from django.urls import path

from portal.learners import views

app_name = "learners"
urlpatterns = [
    path("", views.learner_list, name="list"),
    path("uploads/<slug:sheet>/", views.upload, name="upload"),
    path("uploads/<slug:sheet>/<int:pk>/", views.preview, name="upload-preview"),
    path("uploads/<slug:sheet>/<int:pk>/done/", views.done, name="upload-done"),
    path("uploads/<slug:sheet>/<int:pk>/refused.csv", views.refused, name="upload-refused"),
    path("registrations/<str:registration>/units/", views.units, name="units"),
    path("registrations/<str:registration>/entry/", views.late_entry, name="enter"),
    path("<str:candidate>/", views.detail, name="detail"),
    path("<str:candidate>/edit/", views.edit, name="edit"),
]
