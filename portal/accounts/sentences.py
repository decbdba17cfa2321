"""What the acts of signing in say on a timeline."""

SENTENCES = {
    "account.created": "The account was made.",
    "account.made_staff": "Became staff of the awarding organisation.",
    "account.signed_in": "Signed in ({method}).",
    "account.sign_in_failed": "Somebody tried to sign in with a wrong password.",
    "account.signed_out": "Signed out.",
    "account.unlocked": "Unlocked the session with the password.",
    "account.password_changed": "Changed the password.",
    "account.password_reset": "Set a new password by mail.",
    "account.factor_added": "Added a second factor ({type}).",
    "account.factor_removed": "Removed a second factor ({type}).",
    "account.factor_failed": "Entered a wrong one-time code.",
    "account.codes_made": "Made new recovery codes.",
    "account.codes_saved": "Confirmed that the recovery codes are kept safe.",
    "account.factor_reset": "The second factor was reset, as two people decided ({reason}).",
    "account.deactivated": "The account was switched off ({reason}).",
    "account.reactivated": "The account was switched on again.",
}
