from django.urls import path

from portal.people import views

app_name = "people"
urlpatterns = [
    path("invitations/<str:token>/", views.accept, name="accept"),
    path("c/<str:number>/people/", views.people, name="list"),
    path("c/<str:number>/people/tokens/", views.tokens, name="tokens"),
    path("c/<str:number>/people/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke-token"),
    path("c/<str:number>/people/invite/", views.invite, name="invite"),
    path("c/<str:number>/people/<row:person>/role/", views.give_role, name="give-role"),
    path("c/<str:number>/people/<row:person>/delegate/", views.delegate, name="delegate"),
    path("c/<str:number>/people/delegations/<row:delegation>/end/", views.end_delegation, name="end-delegation"),
    path("c/<str:number>/people/roles/<row:membership>/", views.last_day, name="last-day"),
    path("c/<str:number>/people/roles/<row:membership>/end/", views.end_role, name="end-role"),
    path("c/<str:number>/people/invitations/<row:invitation>/again/", views.send_again, name="send-again"),
    path("c/<str:number>/people/invitations/<row:invitation>/revoke/", views.revoke, name="revoke"),
]
