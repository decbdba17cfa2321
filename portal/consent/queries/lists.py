"""The centre's list of consents."""

from django.db.models import Prefetch, Q, QuerySet

from portal.consent.models import Consent, ConsentPaper
from portal.learners.models import Learner, Result
from portal.web.actor import Actor

# By learner, so that all that one of them was asked stands together.
ORDER = ("learner__family_name", "learner__given_name", "id")


def consents(*, actor: Actor, words: str = "", standing: str = "") -> QuerySet[Consent]:
    """Consents of the actor's centre; `standing` is "waiting", "signed", "refused" or "" for all."""
    papers = Prefetch("papers", ConsentPaper.objects.select_related("unit", "series").order_by("pk"))
    rows = Consent.objects.visible_to(actor).select_related("learner", "asked_by").prefetch_related(papers)
    if words:
        named = Q(learner__family_name__icontains=words) | Q(learner__given_name__icontains=words)
        rows = rows.filter(named | Q(learner__candidate_number=words))
    return rows.filter(_STANDING.get(standing, Q()))


_STANDING = {
    "waiting": Q(answer="", withdrawn_at=None, superseded_at=None, disposed_at=None),
    "signed": Q(answer="yes", withdrawn_at=None, disposed_at=None),
    "refused": Q(answer="no") | Q(withdrawn_at__isnull=False),
}


def one_consent(*, actor: Actor, pk: int) -> Consent | None:
    """One consent of the actor's centre, with everything its page shows."""
    rows = consents(actor=actor).select_related("learner", "asked_by", "wording", "file", "withdrawn_by", "centre")
    return rows.filter(pk=pk).first()


def results_for(*, actor: Actor, learner: Learner) -> list[Result]:
    """The learner's results that have reached the candidates, newest series first: what they can be asked about."""
    rows = Result.objects.shown_to(actor).released(actor.at).filter(registration__learner=learner)
    return list(rows.select_related("unit", "series", "registration").order_by("-series", "unit__code"))
