from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"

    def ready(self) -> None:
        """The one place where another library's signals are received: each becomes one entry of the audit chain."""
        from allauth.account import signals as account
        from allauth.mfa import signals as mfa
        from django.contrib.auth import signals as auth

        from portal.accounts.sentences import SENTENCES
        from portal.audit import sentences

        sentences.register(SENTENCES)
        for signal, receiver in (
            (account.user_logged_in, signed_in),
            (auth.user_login_failed, sign_in_failed),
            (auth.user_logged_out, signed_out),
            (account.password_changed, password_changed),
            (account.password_reset, password_reset),
            (mfa.authenticator_added, factor_added),
            (mfa.authenticator_removed, factor_removed),
            (mfa.authenticator_reset, codes_made),
            (mfa.authentication_failed, factor_failed),
        ):
            signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}")


def _tell(verb: str, user: Any, **data: Any) -> None:
    from portal import clock
    from portal.accounts import actions

    actions.tell(verb=verb, by=user, at=clock.now(), data=data)


def signed_in(*, request: Any, user: Any, **_: Any) -> None:
    from portal.accounts.rules import FACTOR

    _tell("account.signed_in", user, method=request.session.get(FACTOR) or "password")


def sign_in_failed(*, credentials: dict[str, Any], **_: Any) -> None:
    from hashlib import sha256

    address = str(credentials.get("email", "")).lower()
    _tell("account.sign_in_failed", None, address=sha256(address.encode()).hexdigest())


def signed_out(*, user: Any, **_: Any) -> None:
    if user is not None and user.is_authenticated:
        _tell("account.signed_out", user)


def password_changed(*, user: Any, **_: Any) -> None:
    _tell("account.password_changed", user)


def password_reset(*, user: Any, **_: Any) -> None:
    _tell("account.password_reset", user)


def factor_added(*, user: Any, authenticator: Any, **_: Any) -> None:
    _tell("account.factor_added", user, type=str(authenticator.type))


def factor_removed(*, user: Any, authenticator: Any, **_: Any) -> None:
    _tell("account.factor_removed", user, type=str(authenticator.type))


def codes_made(*, user: Any, **_: Any) -> None:
    _tell("account.codes_made", user)


def factor_failed(*, user: Any, **_: Any) -> None:
    _tell("account.factor_failed", user)
