from django.urls import path

from portal.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.choose, name="choose"),
    path("sign-in", views.sign_in, name="sign-in"),
    path("mail/", views.mail_list, name="mail-list"),
    path("mail/<slug:name>/", views.mail, name="mail"),
]
