from django.urls import path

from portal.people.views import answers, delegations, invitations, people, registers, resets, roles, tokens

app_name = "people"
urlpatterns = [
    path("invitations/<str:token>/", answers.accept, name="accept"),
    path("c/<str:number>/people/", people.people, name="list"),
    path("c/<str:number>/people/tokens/", tokens.tokens, name="tokens"),
    path("c/<str:number>/people/tokens/<int:pk>/revoke/", tokens.revoke_token, name="revoke-token"),
    path("c/<str:number>/people/invite/", invitations.invite, name="invite"),
    path("c/<str:number>/people/register/", registers.register, name="register"),
    path("c/<str:number>/people/register/confirm/", registers.confirm_register, name="confirm-register"),
    path("c/<str:number>/people/register/<row:confirmation>/pdf/", registers.register_pdf, name="register-pdf"),
    path("c/<str:number>/people/<row:person>/reset/", resets.ask_reset, name="ask-reset"),
    path("c/<str:number>/people/resets/<row:reset>/", resets.reset, name="reset"),
    path("c/<str:number>/people/resets/<row:reset>/confirm/", resets.confirm_reset, name="confirm-reset"),
    path("c/<str:number>/people/resets/<row:reset>/withdraw/", resets.withdraw_reset, name="withdraw-reset"),
    path("c/<str:number>/people/<row:person>/role/", roles.give_role, name="give-role"),
    path("c/<str:number>/people/<row:person>/delegate/", delegations.delegate, name="delegate"),
    path("c/<str:number>/people/delegations/<row:delegation>/end/", delegations.end_delegation, name="end-delegation"),
    path("c/<str:number>/people/roles/<row:membership>/", roles.last_day, name="last-day"),
    path("c/<str:number>/people/roles/<row:membership>/end/", roles.end_role, name="end-role"),
    path("c/<str:number>/people/invitations/<row:invitation>/again/", invitations.send_again, name="send-again"),
    path("c/<str:number>/people/invitations/<row:invitation>/revoke/", invitations.revoke, name="revoke"),
]
