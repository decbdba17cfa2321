"""Registrations and entries from a program, and entries read back. Learners are written where they are read."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.centres.rules import CLAIMS_MAKE
from portal.learners.actions.sheets import ENTRIES, REGISTRATIONS
from portal.learners.api.learners import READ
from portal.learners.api.rows import WRITE, ReadBackQuery, Rows
from portal.learners.models import Entry
from portal.learners.queries.catalogue import ENTRIES_ORDER, entries
from portal.people.api import TokenView, once
from portal.web.api import described, listing, page_of, read

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
    hints={"registered_on": "A date such as 2022-09-12"},
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


class EntrySerializer(serializers.Serializer):
    registration_number = serializers.CharField()
    candidate_number = serializers.CharField()
    qualification_code = serializers.CharField()
    unit = serializers.CharField(help_text="The unit's code.")
    series = serializers.CharField()
    entered_on = serializers.DateField()


class EntriesView(TokenView):
    scope = READ
    scopes = {"POST": WRITE}
    capabilities = {"POST": CLAIMS_MAKE}

    @described(
        name="entries_list",
        summary="Who is entered for which external unit",
        scope=READ,
        query=ReadBackQuery,
        answer=listing(EntrySerializer, "Entry"),
        example={
            "next": None,
            "previous": None,
            "results": [
                {
                    "registration_number": "AB00012",
                    "candidate_number": "0012",
                    "qualification_code": "NAT-BUS-EC",
                    "unit": "N16-BUS-3",
                    "series": "2024-06",
                    "entered_on": "2024-02-12",
                }
            ],
        },
    )
    def get(self, request: Request) -> Response:
        """As they stand with us, named as rows are sent. `series` is the one of the entry. By candidate number, a
        hundred on a page."""
        wanted, actor = read(ReadBackQuery, request.query_params), self.actor
        found = entries(actor=actor, series=wanted.get("series", ""), candidate=wanted.get("candidate", ""))
        anchors = Entry.objects.visible_to(actor)
        rows, links = page_of(request, found, order=ENTRIES_ORDER, anchors=anchors, wanted=wanted)
        return Response({**links, "results": [_entry(row) for row in rows]})

    @_ENTRIES.described(name="entries_save", summary="Enter learners for external units")
    @once
    def post(self, request: Request) -> Response:
        """For units that the awarding organisation assesses. Name the learner by registration number or candidate
        number, the unit by number or code. An entry for an optional unit takes it into the learner's set. An entry
        that stands is unchanged, and none is withdrawn by leaving it out."""
        return _ENTRIES.answer(self, request)


def _entry(row: Entry) -> dict[str, Any]:
    return {
        "registration_number": row.registration.number,
        "candidate_number": row.registration.learner.candidate_number,
        "qualification_code": row.registration.programme.qualification.code,
        "unit": row.unit.code,
        "series": row.series_id,
        "entered_on": row.entered_on.isoformat(),
    }
