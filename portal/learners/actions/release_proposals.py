"""Moving the moments of results takes two people: one proposes, another approves or sends back."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal import clock
from portal.audit.actions import record
from portal.errors import Refused, Stale
from portal.learners.models import ReleaseProposal, ReleaseProposalStatus, ResultRelease
from portal.learners.rules.releases import check_move, check_near
from portal.web.actor import person


@transaction.atomic
def propose_release(
    *,
    release: ResultRelease,
    to_centres_at: datetime,
    to_candidates_at: datetime,
    source: str,
    reason: str,
    results_on: date | None,
    by: Any,
    at: datetime,
) -> ReleaseProposal:
    """Ask for other moments; nothing changes until a second person approves.

    `results_on` is the results day among the key dates. Refused as the move itself would be, without a reason for
    candidates' results that do not come out near that day, and while another change waits.
    """
    current = ResultRelease.objects.select_for_update().get(pk=release.pk)
    check_move(current, to_centres_at=to_centres_at, to_candidates_at=to_candidates_at, at=at)
    check_near(on=clock.london_date(to_candidates_at), results_on=results_on, reason=reason)
    if ReleaseProposal.objects.filter(release=current, status=ReleaseProposalStatus.OPEN).exists():
        raise Refused(
            "A change of these moments waits for a second person. It has to be decided first.", code="waiting"
        )
    proposal = ReleaseProposal.objects.create(
        release=current,
        to_centres_at=to_centres_at,
        to_candidates_at=to_candidates_at,
        source=source,
        reason=reason.strip(),
        proposed_by=person(by),
        proposed_at=at,
    )
    record(verb="learners.release_proposed", by=by, at=at, subject=proposal, data=_data(proposal))
    return proposal


@transaction.atomic
def approve_release(*, proposal: ReleaseProposal, by: Any, at: datetime) -> ResultRelease:
    """Move the moments as proposed. Refused for the person who proposed it, and when a moment has passed meanwhile;
    Stale when somebody was quicker.
    """
    release, held = _held(proposal, by)
    moments = {"to_centres_at": held.to_centres_at, "to_candidates_at": held.to_candidates_at}
    check_move(release, **moments, at=at)
    for name, value in {**moments, "source": held.source}.items():
        setattr(release, name, value)
    release.save(update_fields=[*moments, "source"])
    _decide(held, ReleaseProposalStatus.APPROVED, by, at)
    record(verb="learners.release_moved", by=by, at=at, subject=release, data=_data(held))
    return release


@transaction.atomic
def return_release(*, proposal: ReleaseProposal, remark: str, by: Any, at: datetime) -> None:
    """Send a proposal back with what is wrong; the moments stay. Refused for its proposer and without a remark."""
    _, held = _held(proposal, by)
    if not remark.strip():
        raise Refused("Say what has to change: the proposer sees it.", code="remark", field="remark")
    _decide(held, ReleaseProposalStatus.RETURNED, by, at, remark.strip())
    record(verb="learners.release_returned", by=by, at=at, subject=held, data=_data(held))


def _held(proposal: ReleaseProposal, by: Any) -> tuple[ResultRelease, ReleaseProposal]:
    """The release and its proposal, held in this order to the end of the transaction."""
    release = ResultRelease.objects.select_for_update().get(pk=proposal.release_id)
    held = ReleaseProposal.objects.select_for_update().get(pk=proposal.pk)
    held.release = release
    if held.status != ReleaseProposalStatus.OPEN:
        raise Stale("Somebody else has decided this change since you opened the page. Open it again to see how.")
    if held.proposed_by_id == person(by).pk:
        raise Refused("You proposed this change, so another person must decide it.", code="same_person")
    return release, held


def _decide(proposal: ReleaseProposal, status: ReleaseProposalStatus, by: Any, at: datetime, remark: str = "") -> None:
    proposal.status, proposal.decided_by, proposal.decided_at, proposal.remark = status, person(by), at, remark
    proposal.save(update_fields=["status", "decided_by", "decided_at", "remark"])


def _data(proposal: ReleaseProposal) -> dict[str, str]:
    row = proposal.release
    return {
        "series": row.series_id,
        "level": row.level,
        "centres": proposal.to_centres_at.isoformat(),
        "candidates": proposal.to_candidates_at.isoformat(),
    }
