"""Why staff do something to an account."""

# The words are shown; the code is recorded.
REASONS = {
    "left": "The person has left",
    "lost": "Phone or app lost, identity checked by telephone",
    "suspected": "Somebody else may have used the account",
    "error": "Made by mistake",
}
