"""One order of locks: cases by id, then decisions, then registrations, results, the counter, and the audit last.

Rooms above lock their own rows after the case that these hang on.
"""

from collections.abc import Collection

from django.db.models import F

from portal.casework.models import Case, Counter, Decision


def lock_cases(ids: Collection[int]) -> list[Case]:
    """Hold cases to the end of the transaction, in the order of their ids."""
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=ids)
    return list(rows.select_related("centre").order_by("pk"))


def lock_case(case: Case) -> Case:
    """Hold one case; the row as it stands."""
    return lock_cases([case.pk])[0]


def lock_decision(decision: Decision) -> Decision:
    """Hold a decision, its case first; the row as it stands."""
    case = lock_cases([decision.case_id])[0]
    row = Decision.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=decision.pk)
    row.case = case
    return row


def take_numbers(*, prefix: str, year: int, count: int) -> range:
    """The next numbers of references. The counter is held to the end of the transaction, so none is given twice."""
    rows = Counter.objects.filter(prefix=prefix, year=year)
    if not rows.update(last=F("last") + count):
        Counter.objects.bulk_create([Counter(prefix=prefix, year=year)], ignore_conflicts=True)
        rows.update(last=F("last") + count)
    last = rows.values_list("last", flat=True).get()
    return range(last - count + 1, last + 1)
