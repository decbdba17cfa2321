"""The pages of signing in. The library's are listed one by one: what is not here does not exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from django.urls import include, path, re_path

from portal.accounts.views import again, factors, home, passkeys

own = (
    [
        path("", home.home, name="home"),
        path("unlock/", again.unlock, name="unlock"),
        path("confirm/", again.confirm, name="confirm"),
        path("challenge/", again.challenge, name="challenge"),
        path("resume/", again.resume, name="resume"),
        path("2fa/recovery-codes/saved/", factors.codes_saved, name="codes-saved"),
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
    path("2fa/totp/activate/", factors.SetUp.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", factors.Remove.as_view(), name="mfa_deactivate_totp"),
    path("2fa/passkeys/", passkeys.Passkeys.as_view(), name="mfa_list_webauthn"),
    path("2fa/passkeys/add/", passkeys.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("2fa/passkeys/sign-in/", passkeys.SignInWithPasskey.as_view(), name="mfa_login_webauthn"),
    path("2fa/passkeys/<int:pk>/name/", passkeys.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("2fa/passkeys/<int:pk>/remove/", passkeys.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("2fa/recovery-codes/", factors.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", factors.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    # The library asks for these addresses; nothing stands there.
    path("signup/", home.not_offered, name="account_signup"),
    path("password/set/", home.not_offered, name="account_set_password"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", home.not_offered, name="account_confirm_email"),
    path("2fa/", home.home, name="mfa_index"),
]
