"""The window in which an outcome can be appealed against."""

# The limit that counts it, from the receipt of the outcome.
LODGE = "appeal.lodge.results"
