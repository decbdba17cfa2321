"""The one way in: an empty database is filled, a marked one is made anew, any other is refused."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction

from deadlines.actions import load_key_dates
from portal.catalogue.actions import load_catalogue
from portal.catalogue.models import Series
from portal.centres.models import Centre
from portal.consent.actions import load_wordings
from portal.demo.actions.claiming import ask, claim
from portal.demo.actions.days import ANSWER_BY, ASKED, CORRECTED, OPENED, REGISTERED, UPLOADED, claimed
from portal.demo.actions.grading import correct_by_hand, upload_grades
from portal.demo.actions.learning import enrol, enrol_private_candidate, lose_units
from portal.demo.actions.people import confirm_a_register, make_people
from portal.demo.actions.results import tell_results
from portal.demo.actions.scripts import keep_scripts
from portal.demo.actions.tables import recreate_tables
from portal.demo.models import DemoMark
from portal.demo.queries import empty, marked
from portal.demo.rules import Roll, roll
from portal.errors import Refused
from portal.fees.actions import load_prices

SERIES = "2024-06"
ROLLS = ("northgate", "southbrook")
RESULTS_CENTRE = "12345"
CONFIRMED_CENTRE = "23456"


def load_or_reset(*, at: datetime, only_if_empty: bool = False) -> bool:
    """Load the demonstration at that real instant; says whether it did.

    A marked database is made anew first, or left alone with `only_if_empty`. One that holds people or centres
    without the mark is refused: they may be real.
    """
    if marked():
        if only_if_empty:
            return False
        recreate_tables()
    elif not empty():
        raise Refused(
            "This database holds people or centres and is not marked as a demonstration, so nothing was changed. "
            "Point DATABASE_URL at an empty database."
        )
    load(at=at)
    return True


@transaction.atomic
def load(*, at: datetime) -> None:
    """Fill an empty database and mark it, all or nothing. `at` is the real instant, for the mark alone."""
    DemoMark.objects.create(loaded_at=at)
    load_catalogue(at=OPENED)
    load_key_dates(rows=_file("deadlines", "key_dates"), at=OPENED)
    load_wordings(rows=_file("consent", "wordings"), at=OPENED)
    load_prices(rows=_file("fees", "prices"), at=OPENED)
    make_people(at=OPENED)
    # Northgate's is left to be confirmed by whoever looks around.
    confirm_a_register(centre=Centre.objects.get(number=CONFIRMED_CENTRE), at=REGISTERED)
    for name in ROLLS:
        _tell(roll(name))
    tell_results(centre=Centre.objects.get(number=RESULTS_CENTRE))
    keep_scripts(centre=Centre.objects.get(number=RESULTS_CENTRE))
    enrol_private_candidate(series=Series.objects.get(pk=SERIES))


def _file(app: str, name: str) -> list[dict[str, Any]]:
    """The rows of a data file, as every portal loads them."""
    file = Path(apps.get_app_config(app).path) / "data" / f"{name}.json"
    rows: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))[name]
    return rows


def _tell(centre_roll: Roll) -> None:
    """The year of one centre in the order in which it happened, so that its audit chain reads like it."""
    centre, series = Centre.objects.get(number=centre_roll.centre), Series.objects.get(pk=SERIES)
    enrolled = enrol(centre=centre, series=series, stories=centre_roll.stories)
    upload_grades(centre=centre, enrolled=enrolled, at=UPLOADED)
    correct_by_hand(centre=centre, enrolled=enrolled, at=CORRECTED)
    lose_units(enrolled=enrolled, at=CORRECTED)
    for on, stories in centre_roll.claimed.items():
        numbers = {story.number for story in stories}
        registrations = [one.registration for one in enrolled if one.story.number in numbers]
        claim(centre=centre, series=series, registrations=registrations, at=claimed(on))
    for one in enrolled:
        if one.story.queried:
            ask(registration=one.registration, answer_by=ANSWER_BY, at=ASKED)
