"""Moving a key date takes two people: one proposes, another approves or sends back."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from deadlines.actions.dates import check_can_supersede, supersede_key_date
from deadlines.actions.settling import take_back
from deadlines.models import DateProposal, KeyDate, ProposalStatus
from deadlines.queries.affected import Affected, affected_by, duties_of, unsent_reminders
from deadlines.rules.calendar import london_date
from deadlines.rules.mail import counted
from portal.accounts.models import User
from portal.audit.actions import record
from portal.centres.models import Centre
from portal.centres.queries import Recipient, recipients, staff_who_may
from portal.centres.rules import STAFF_DATES_APPROVE, Role
from portal.errors import Refused, Stale
from portal.notices.actions import Letter, queue_many
from portal.web.words import day, listed

NEWS = "deadlines.news"
TO_DECIDE = "deadlines.to_decide"


@transaction.atomic
def propose_date(*, key_date: KeyDate, on: date, reason: str, by: Any, at: datetime) -> DateProposal:
    """Ask for another date in the place of a key date; nothing changes until a second person approves.

    Everybody who may be that second person is told.
    Refused as the move itself would be, and while another change of the date waits.
    """
    current = KeyDate.objects.select_for_update().get(pk=key_date.pk)
    check_can_supersede(current, on=on, reason=reason, at=at)
    waiting = DateProposal.objects.filter(key_date=current, status=ProposalStatus.OPEN).first()
    if waiting:
        raise Refused(
            f"A move to {day(waiting.on)} waits for a second person. It has to be decided first.",
            code="waiting",
            field="on",
        )
    proposal = DateProposal.objects.create(
        key_date=current, on=on, reason=reason.strip(), proposed_by=by, proposed_at=at
    )
    queue_many(_to_decide(proposal, by, at), at=at)
    record(verb="deadlines.date_proposed", by=by, at=at, subject=proposal, data=_data(proposal))
    return proposal


@transaction.atomic
def approve_date(*, proposal: DateProposal, by: Any, at: datetime) -> int:
    """Move the date as proposed and tell the centres that have work open by it; how many people were told.

    Reminders of the old date that have not left are taken back at once; the next planning writes those of the new
    one. Refused for the person who proposed it; Stale when somebody was quicker.
    """
    held = _held(proposal)
    _check_second_person(held, by)
    touched = affected_by(key_date=held.key_date, as_of=at)
    moved = supersede_key_date(key_date=held.key_date, on=held.on, reason=held.reason, by=by, at=at)
    take_back(unsent_reminders(held.key_date, centres=touched.centres), as_of=at)
    told = len(queue_many(_letters(held, moved, touched, at), at=at))
    _decide(held, ProposalStatus.APPROVED, by, at)
    record(verb="deadlines.date_approved", by=by, at=at, subject=held, data={**_data(held), "told": told})
    return told


@transaction.atomic
def return_proposal(*, proposal: DateProposal, remark: str, by: Any, at: datetime) -> None:
    """Send a proposal back with what is wrong; the date stays. Refused for its proposer and without a remark."""
    held = _held(proposal)
    _check_second_person(held, by)
    if not remark.strip():
        raise Refused("Say what has to change: the proposer sees it.", code="remark", field="remark")
    _decide(held, ProposalStatus.RETURNED, by, at, remark.strip())
    record(verb="deadlines.date_returned", by=by, at=at, subject=held, data=_data(held))


def _held(proposal: DateProposal) -> DateProposal:
    held = DateProposal.objects.select_for_update(of=("self",)).select_related("key_date").get(pk=proposal.pk)
    if held.status != ProposalStatus.OPEN:
        raise Stale("Somebody else has decided this change since you opened the page. Open it again to see how.")
    return held


def _check_second_person(proposal: DateProposal, by: Any) -> None:
    if proposal.proposed_by_id == by.pk:
        raise Refused("You proposed this change, so another person must decide it.", code="same_person")


def _decide(proposal: DateProposal, status: ProposalStatus, by: Any, at: datetime, remark: str = "") -> None:
    proposal.status, proposal.decided_by, proposal.decided_at, proposal.remark = status, by, at, remark
    proposal.save(update_fields=["status", "decided_by", "decided_at", "remark"])


def _data(proposal: DateProposal) -> dict[str, str]:
    row = proposal.key_date
    return {"key": row.key, "series": row.series_id, "was": row.on.isoformat(), "on": proposal.on.isoformat()}


def _to_decide(proposal: DateProposal, by: Any, at: datetime) -> list[Letter]:
    """One for each person who may approve, but not for the proposer."""
    people = staff_who_may(capability=STAFF_DATES_APPROVE, on=london_date(at)).exclude(pk=by.pk)
    page = settings.BASE_URL + reverse("admin:deadlines_dateproposal_change", args=[proposal.pk])
    context = {
        "title": proposal.key_date.title,
        "was": proposal.key_date.on,
        "on": proposal.on,
        "reason": proposal.reason,
        "proposer": by.name,
        "url": page,
    }
    return [
        Letter(
            kind=TO_DECIDE,
            dedupe_key=f"{TO_DECIDE}:{proposal.pk}:{one.pk}",
            address=one.email,
            template="date_proposed",
            context=context,
            user=one,
        )
        for one in people
    ]


def _letters(proposal: DateProposal, moved: KeyDate, touched: Affected, at: datetime) -> list[Letter]:
    """One for each exams officer and deputy of the centres with work open by the date."""
    if not touched.centres:
        return []
    roles = [Role.OFFICER, Role.DEPUTY]
    found = recipients(centre_ids=touched.centres, roles=roles, on=london_date(at))
    people = {(row.centre_id, row.user_id): row for row in found}
    centres = Centre.objects.in_bulk(touched.centres)
    users = User.objects.in_bulk({row.user_id for row in people.values()})
    return [
        _letter(proposal, moved, touched, row, centres[row.centre_id], users[row.user_id]) for row in people.values()
    ]


def _letter(
    proposal: DateProposal, moved: KeyDate, touched: Affected, person: Recipient, centre: Centre, user: Any
) -> Letter:
    old = proposal.key_date
    left = touched.of(centre.pk)
    work = [duty for duty in duties_of(old) if duty.key in left]
    path = reverse(work[0].url_name, kwargs={"number": centre.number})
    return Letter(
        kind=NEWS,
        dedupe_key=f"{NEWS}:{moved.pk}:{centre.pk}:{person.user_id}",
        address=person.email,
        template="date_moved",
        context={
            "title": moved.title,
            "was": old.on,
            "on": moved.on,
            "reason": moved.reason,
            "work": listed([counted(duty.subject, left[duty.key]) for duty in work]),
            "url": settings.BASE_URL + path,
            "choose": settings.BASE_URL + reverse("notices:preferences", kwargs={"number": centre.number}),
        },
        centre=centre,
        user=user,
    )
