"""Why something is done to an account that its owner did not do."""

# The words are shown; the code is recorded.
REASONS = {
    "left": "The person has left",
    "suspected": "Somebody else may have used the account",
    "error": "Made by mistake",
}
RESET_REASONS = {
    "new": "A new phone or computer",
    "lost": "Phone or computer lost or broken",
    "suspected": "Somebody else may have it",
}
