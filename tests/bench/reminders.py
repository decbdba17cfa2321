"""P6: reminders to every centre: planned, delivered, and delivered again while senders are killed."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import connection
from django.test import override_settings

from deadlines.actions import plan_reminders
from deadlines.models import KeyDate, Reminder
from portal import clock
from portal.notices.actions import deliver, queue_mail
from portal.notices.actions.delivery import _message
from portal.notices.models import Notice
from tests.bench.figures import Section, Target, Workload, figure
from tests.bench.kills import killed_again_and_again
from tests.bench.rounds import WALL, Answer, Measured, Side, alternate
from tests.bench.rows import backend, settled, taken_back
from tests.bench.sink import Sink, serving
from tests.bench.sizes import Size
from tests.jobs.processes import free_port

AT = datetime(2024, 7, 3, 9, 0, tzinfo=UTC)  # two days before: officers, deputies and heads are told
SLOT = 2
PLAN, FLOOR, LOOP = "planned, and written as mails", "INSERT … SELECT of the reminders", "get_or_create, one by one"
DELIVER, RAW = "delivery sweep", "smtplib loop, mails made beforehand"
_TABLES = ("deadlines_reminder", "notices_notice", "audit_entry")
_MARK = "Figures of a benchmark"

_INSERT = """
INSERT INTO deadlines_reminder (centre_id, duty, key_date_id, slot, address, user_id, outstanding, planned_at)
SELECT w.centre_id, w.duty, %s, %s, u.email, u.id, w.outstanding, %s
FROM (
    SELECT centre_id, CASE state WHEN 'ready' THEN 'claims.ready' ELSE 'claims.blocked' END AS duty,
        count(*) AS outstanding
    FROM claims_readiness WHERE series_id = %s AND state IN ('ready', 'blocked') GROUP BY centre_id, state
) w
JOIN centres_membership m ON m.centre_id = w.centre_id AND m.to_on IS NULL
JOIN accounts_user u ON u.id = m.user_id AND u.is_active
WHERE true
ON CONFLICT DO NOTHING
"""


def run(size: Size) -> Section:
    date = KeyDate.objects.exclude(status="superseded").get(key="claims.full_award", series="2024-06")
    centres = max(1, size.sample // (2 * 3))
    planned = alternate([_plan(centres), _floor(date), _loop(date, centres)], rounds=size.rounds)
    with serving(free_port()) as sink, _delivering_to(sink):
        delivered = alternate([_deliver(size, sink), _raw(size, sink)], rounds=size.rounds)
        facts = killed_again_and_again(sink, mails=size.mails, kills=size.kills)
    reminders = planned.answers["reminders"].rows
    return Section(
        code="P6",
        title=WORKLOAD.title,
        compared=(
            f"{reminders:,} reminders of two duties to three people at each of {size.centres + 1:,} centres. Planning "
            "reads what is outstanding, writes the reminders and renders one mail for each person; INSERT … SELECT "
            f"writes the reminders only; get_or_create writes those of {centres:,} centres and is scaled. Delivery is "
            f"of {size.mails:,} mails to a server of this machine that takes everything: the sweep claims each row, "
            "makes the mail, hands it over and marks it, every step committed; smtplib hands over finished bytes."
        ),
        bound=(
            "planning by rendering three templates a mail and by writing the mails; delivery by two commits a mail, so "
            "that a killed sender leaves at most one mail in doubt."
        ),
        figures=(
            figure(planned, subject=PLAN, reference=FLOOR, target=Target(must=3, at_least=False)),
            figure(planned, subject=PLAN, reference=LOOP, target=Target(moonshot=200)),
            _delivery_figure(delivered),
        ),
        facts=facts,
        answers=(*planned.answers.items(), *delivered.answers.items()),
    )


def _delivery_figure(delivered: Measured):
    return figure(delivered, subject=DELIVER, reference=RAW, target=Target(must=0.5, moonshot=0.9), clock=WALL)


# --- planning ---


def _plan(centres: int) -> Side:
    def work() -> None:
        plan_reminders(as_of=AT)
        settled()

    return _planning(PLAN, work, lambda _: {**_reminders(), **_reminders(of_first=centres)})


def _floor(date: KeyDate) -> Side:
    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [date.pk, SLOT, AT, date.series_id])
        settled()

    return _planning(FLOOR, work, lambda _: _reminders())


def _loop(date: KeyDate, centres: int) -> Side:
    """What is to be told is given to it; only the writing is timed."""
    with taken_back(*_TABLES):
        plan_reminders(as_of=AT)
        share = centres / Reminder.objects.values("centre").distinct().count()
        rows = list(
            Reminder.objects.filter(centre__lte=centres).values(
                "centre_id", "duty", "address", "user_id", "outstanding"
            )
        )

    def work() -> None:
        for row in rows:
            key = {"centre_id": row["centre_id"], "duty": row["duty"], "address": row["address"]}
            rest = {"user_id": row["user_id"], "outstanding": row["outstanding"], "planned_at": AT}
            Reminder.objects.get_or_create(**key, key_date=date, slot=SLOT, defaults=rest)
        settled()

    return _planning(LOOP, work, lambda _: _reminders(of_first=centres), share=min(1.0, share))


def _planning(name, work, answers, share=1.0) -> Side:
    return Side(name, work, answers, around=partial(taken_back, *_TABLES), pids=backend, share=share)


def _reminders(of_first: int | None = None) -> dict[str, Answer]:
    """The reminders that stand, of all centres or of the first ones."""
    rows = Reminder.objects.filter(cancelled_at=None).order_by("centre", "duty", "address")
    if of_first is not None:
        rows = rows.filter(centre__lte=of_first)
    name = "reminders" if of_first is None else "reminders of the first centres"
    return {name: Answer.of(rows.values_list("centre", "duty", "key_date", "slot", "address", "outstanding"))}


# --- delivery ---


@contextmanager
def _delivering_to(sink: Sink) -> Iterator[None]:
    server = {"kind": "smtp", "host": "127.0.0.1", "port": sink.port, "username": "", "password": "", "use_ssl": False}
    with override_settings(MAIL_TRANSPORT=server):
        yield


@contextmanager
def queued(sink: Sink, count: int) -> Iterator[None]:
    """So many mails in the outbox, each like a reminder in length; gone afterwards."""
    sink.empty()
    addresses = [f"person{number}@example.org" for number in range(count)]
    text = "Learners are ready to be claimed for, and others are blocked.\n" * 12
    html = "<p>Learners are ready to be claimed for, and others are blocked.</p>\n" * 24
    queue_mail(addresses=addresses, subject=_MARK, text=text, html=html, secret=False, at=clock.wall())
    try:
        yield
    finally:
        Notice.objects.filter(subject=_MARK).delete()


def _deliver(size: Size, sink: Sink) -> Side:
    return Side(
        DELIVER,
        lambda: deliver(at=clock.wall() + timedelta(seconds=1), limit=size.mails),
        lambda _: _taken(sink),
        around=partial(queued, sink, size.mails),
        pids=backend,
    )


def _raw(size: Size, sink: Sink) -> Side:
    made: list[tuple[str, bytes]] = []

    @contextmanager
    def around() -> Iterator[None]:
        with queued(sink, size.mails):
            rows = Notice.objects.filter(subject=_MARK).order_by("pk")
            made[:] = [(row.address, _message(row, at=AT, encoding="quoted-printable").as_bytes()) for row in rows]
            yield

    def work() -> None:
        with smtplib.SMTP("127.0.0.1", sink.port) as smtp:
            for address, content in made:
                smtp.sendmail("no-reply@example.org", [address], content)

    return Side(RAW, work, lambda _: _taken(sink), around=around)


def _taken(sink: Sink) -> dict[str, Answer]:
    return {"mails taken": Answer.of(sorted(line.partition(" ")[0] for line in sink.taken()))}


WORKLOAD = Workload("P6", "Reminders planned and delivered", run)
