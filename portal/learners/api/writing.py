"""Registrations and entries from a program. Learners are written where they are read."""

from rest_framework.request import Request
from rest_framework.response import Response

from portal.centres.rules import CLAIMS_MAKE
from portal.learners.actions.sheets import ENTRIES, REGISTRATIONS
from portal.learners.api.rows import WRITE, Rows
from portal.people.api import TokenView, once

_REGISTRATIONS = Rows(
    REGISTRATIONS,
    field="registrations",
    example={
        "candidate_number": "0012",
        "registration_number": "AB00012",
        "qualification_code": "NAT-BUS-EC",
        "series": "2024-06",
        "registered_on": "2022-09-12",
    },
    about="AB00012: Okafor, Amara",
)
_ENTRIES = Rows(
    ENTRIES,
    field="entries",
    example={"registration_number": "AB00012", "unit": "3", "series": "2024-06"},
    about="0012 Okafor, Amara: Unit 3: Personal and Business Finance, 2024-06",
)


class RegistrationsView(TokenView):
    scope = WRITE

    @_REGISTRATIONS.described(name="registrations_save", summary="Register learners on programmes")
    @once
    def post(self, request: Request) -> Response:
        """By registration number: a new one is added with its mandatory units, a standing one moves to the series
        named. The learner must be saved first. Name the qualification by code, title or number: one is enough."""
        return _REGISTRATIONS.answer(self, request)


class EntriesView(TokenView):
    scope = WRITE
    capability = CLAIMS_MAKE

    @_ENTRIES.described(name="entries_save", summary="Enter learners for external units")
    @once
    def post(self, request: Request) -> Response:
        """For units that the awarding organisation assesses. Name the learner by registration number or candidate
        number, the unit by number or code. An entry for an optional unit takes it into the learner's set. An entry
        that stands is unchanged, and none is withdrawn by leaving it out."""
        return _ENTRIES.answer(self, request)
