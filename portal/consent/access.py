"""The door of the learner's page: the link is the key."""

from django.core.cache import cache
from django.http import Http404

from portal.consent.models import Consent
from portal.consent.queries.papers import by_token

# Links that do not exist, from one network, in as many seconds. A link that does exist always opens: a whole school
# stands behind one address, and one pupil's typing must not close the door to the others.
MISSES = 30
PERIOD = 300


class TooManyMisses(Exception):
    """Somebody is trying links."""


def consent_for(*, token: str, address: str) -> Consent:
    """The consent that a link opens. Raises Http404 for a link that does not exist, TooManyMisses after many."""
    found = by_token(token)
    if found is not None:
        return found
    key = f"consent-misses:{address}"
    cache.add(key, 0, PERIOD)
    try:
        misses = cache.incr(key)
    except ValueError:  # the period ended between the two lines
        misses = 1
    if misses > MISSES:
        raise TooManyMisses
    raise Http404
