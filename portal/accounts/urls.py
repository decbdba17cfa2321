"""The pages of signing in. The library's are listed one by one: what is not here does not exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from django.urls import include, path, re_path

from portal.accounts import views

own = (
    [
        path("", views.home, name="home"),
        path("unlock/", views.unlock, name="unlock"),
        path("confirm/", views.confirm, name="confirm"),
        path("resume/", views.resume, name="resume"),
        path("2fa/recovery-codes/saved/", views.codes_saved, name="codes-saved"),
    ],
    "account",
)

urlpatterns = [
    path("", include(own)),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirm-email/", account.email_verification_sent, name="account_email_verification_sent"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/totp/activate/", views.SetUp.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", views.Remove.as_view(), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", views.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", views.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    # The library asks for these addresses; nothing stands there.
    path("signup/", views.not_offered, name="account_signup"),
    path("password/set/", views.not_offered, name="account_set_password"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", views.not_offered, name="account_confirm_email"),
    path("2fa/", views.home, name="mfa_index"),
]
