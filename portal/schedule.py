"""The one beat table: which sweep runs how often, on which queue."""

BEAT: dict[str, dict[str, object]] = {}
