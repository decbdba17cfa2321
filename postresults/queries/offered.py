"""What can be asked for about one learner's component, for programs."""

from dataclasses import dataclass
from datetime import date

from portal.fees.rules import FeeKey
from portal.learners.models import Result
from portal.web.actor import Actor
from postresults.queries.choosing import Known
from postresults.queries.standings import RELATED
from postresults.rules.offers import Offer
from postresults.rules.services import FEE_KEYS, Service

NO_RESULT = ("no_result", "We have issued no result for this component.", "Write to us if you expected one.")
_CHARGED_AS = {**FEE_KEYS, Service.DOWNLOAD: FeeKey.SCRIPT, Service.REVIEWED_COPY: FeeKey.REVIEWED_SCRIPT}


@dataclass(frozen=True)
class Offered:
    """An offer with its price and the date that we would promise, where it is offered and where there is one."""

    offer: Offer
    fee_pence: int | None
    promised_on: date | None


def offered(*, actor: Actor, candidate: str, unit: str, series: str) -> list[Offered]:
    """Every service, for the result that candidates have; without one, none is offered."""
    rows = Result.objects.visible_to(actor).released(actor.at).select_related(*RELATED)
    found = rows.filter(registration__learner__candidate_number=candidate, unit__code=unit, series=series)
    result = found.order_by("pk").first()
    if result is None:
        return [Offered(Offer(service, *NO_RESULT), None, None) for service in Service]
    known = Known.of([result], at=actor.at)
    return [_offered(offer, known, result) for offer in known.offers(result).values()]


def _offered(offer: Offer, known: Known, result: Result) -> Offered:
    if not offer.offered:
        return Offered(offer, None, None)
    price = known.price(_CHARGED_AS[offer.service], result)
    due = known.promised.get(offer.service)
    return Offered(offer, price.pence if price else None, due["on"] if due else None)
