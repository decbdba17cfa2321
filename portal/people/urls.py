from django.urls import path

from portal.people import views

app_name = "people"
urlpatterns = [
    path("centres/", views.my_centres, name="centres"),
    path("invitations/<str:token>/", views.accept, name="accept"),
    path("c/<str:number>/people/", views.people, name="list"),
    path("c/<str:number>/people/invite/", views.invite, name="invite"),
    path("c/<str:number>/people/<int:person>/role/", views.give_role, name="give-role"),
    path("c/<str:number>/people/roles/<int:membership>/", views.last_day, name="last-day"),
    path("c/<str:number>/people/roles/<int:membership>/end/", views.end_role, name="end-role"),
    path("c/<str:number>/people/invitations/<int:invitation>/again/", views.send_again, name="send-again"),
    path("c/<str:number>/people/invitations/<int:invitation>/revoke/", views.revoke, name="revoke"),
]
