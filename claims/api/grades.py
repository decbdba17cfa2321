"""Unit grades, for programs: reported, and read back."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from claims.actions.sheets import UNIT_GRADES
from claims.models import UnitGrade
from claims.queries.reported import ORDER, reported
from portal.centres.rules import GRADES_ENTER
from portal.learners.api.learners import READ
from portal.learners.api.rows import WRITE, ReadBackQuery, Rows
from portal.people.api import TokenView, once
from portal.web.api import Instant, described, listing, page_of, read

_GRADES = Rows(
    UNIT_GRADES,
    field="unit_grades",
    example={"registration_number": "AB00012", "unit": "8", "grade": "M"},
    about="0012 Okafor, Amara: Unit 8: Recruitment and Selection Process",
)


class UnitGradeSerializer(serializers.Serializer):
    registration_number = serializers.CharField()
    candidate_number = serializers.CharField()
    qualification_code = serializers.CharField()
    unit = serializers.CharField(help_text="The unit's code.")
    grade = serializers.CharField(help_text="Its code.")
    reported_at = Instant()


class UnitGradesView(TokenView):
    scope = READ
    scopes = {"POST": WRITE}
    capabilities = {"POST": GRADES_ENTER}

    @described(
        name="unit-grades_list",
        summary="Unit grades that the centre has reported",
        scope=READ,
        query=ReadBackQuery,
        answer=listing(UnitGradeSerializer, "UnitGrade"),
        example={
            "next": None,
            "previous": None,
            "results": [
                {
                    "registration_number": "AB00012",
                    "candidate_number": "0012",
                    "qualification_code": "NAT-BUS-EC",
                    "unit": "N16-BUS-8",
                    "grade": "M",
                    "reported_at": "2024-05-17T13:20:00Z",
                }
            ],
        },
    )
    def get(self, request: Request) -> Response:
        """As they stand with us, named as rows are sent. `series` is the one in which the learner completes. By
        candidate number, a hundred on a page."""
        wanted, actor = read(ReadBackQuery, request.query_params), self.actor
        found = reported(actor=actor, series=wanted.get("series", ""), candidate=wanted.get("candidate", ""))
        anchors = UnitGrade.objects.visible_to(actor)
        rows, links = page_of(request, found, order=ORDER, anchors=anchors, wanted=wanted)
        return Response({**links, "results": [_graded(row) for row in rows]})

    @_GRADES.described(name="unit-grades_save", summary="Report unit grades")
    @once
    def post(self, request: Request) -> Response:
        """For units that the centre assesses. Name the learner by registration number or candidate number, the unit
        by number or code, the grade by its code or word. A grade for an optional unit takes it into the learner's set.
        Where each learner stands follows at once: ask the tracker."""
        return _GRADES.answer(self, request)


def _graded(row: UnitGrade) -> dict[str, Any]:
    return {
        "registration_number": row.registration.number,
        "candidate_number": row.registration.learner.candidate_number,
        "qualification_code": row.registration.programme.qualification.code,
        "unit": row.unit.code,
        "grade": row.grade,
        "reported_at": row.reported_at,
    }
