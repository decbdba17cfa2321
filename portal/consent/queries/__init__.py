"""Reading consents."""

from portal.consent.queries.force import in_force, waiting
from portal.consent.queries.lists import consents, one_consent
from portal.consent.queries.papers import by_token, papers_of

__all__ = ["by_token", "consents", "in_force", "one_consent", "papers_of", "waiting"]
