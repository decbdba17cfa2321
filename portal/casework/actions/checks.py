"""Checks that a case waits for."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.casework.actions.assigning import check_may_take
from portal.casework.actions.locks import lock_case
from portal.casework.models import Task
from portal.casework.rules import Part
from portal.errors import Refused


@transaction.atomic
def do_task(*, task: Task, by: Any, at: datetime) -> Task:
    """Say that a check is done. Refused a second time, and to somebody who may not look after the case."""
    row = lock_case(task.case)
    check_may_take(case=row, user=by, taking=Part.ASSIGNED, at=at)
    if not Task.objects.filter(pk=task.pk, done_at=None).update(done_at=at, done_by=by):
        raise Refused("This check is done already.", code="done")
    audit.record(verb="casework.task_done", by=by, at=at, subject=row, centre=row.centre, data={"task": task.key})
    task.done_at, task.done_by = at, by
    return task
