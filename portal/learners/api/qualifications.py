"""The catalogue as far as a centre may use it: the codes, units and grades with which rows are written."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.catalogue.models import ClaimKind, GradeScale, Part, UnitKind
from portal.learners.api.learners import READ
from portal.learners.models import Programme
from portal.learners.queries.catalogue import PROGRAMMES_ORDER, programmes
from portal.people.api import TokenView
from portal.web.api import Paged, described, listing, page_of, read


class UnitSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="As rows of entries and unit grades take it.")
    number = serializers.CharField()
    title = serializers.CharField()
    mandatory = serializers.BooleanField(help_text="False: the learner chooses it into the set.")
    assessed_by = serializers.ChoiceField(
        choices=["centre", "awarding_organisation"],
        help_text="centre: report its grade. awarding_organisation: enter the learner for it.",
    )
    guided_hours = serializers.IntegerField()
    grades = serializers.ListField(child=serializers.CharField(), help_text="The codes it can have, the lowest first.")


class QualificationSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Ours, as registrations take it.")
    number = serializers.CharField(allow_blank=True, help_text="The regulator's; empty where there is none.")
    title = serializers.CharField()
    level = serializers.CharField()
    claim = serializers.ChoiceField(choices=ClaimKind.values, help_text="How it is claimed.")
    guided_hours = serializers.IntegerField()
    grades = serializers.ListField(
        child=serializers.CharField(), help_text="The overall grades it can have, the lowest first."
    )
    units = UnitSerializer(many=True)


_EXAMPLE = {
    "code": "NAT-BUS-EC",
    "number": "601/7159/5",
    "title": "Business, Extended Certificate",
    "level": "3",
    "claim": "full_award",
    "guided_hours": 360,
    "grades": ["U", "P", "M", "D", "D*"],
    "units": [
        {
            "code": "N16-BUS-8",
            "number": "8",
            "title": "Recruitment and Selection Process",
            "mandatory": False,
            "assessed_by": "centre",
            "guided_hours": 60,
            "grades": ["U", "P", "M", "D"],
        }
    ],
}


class QualificationsView(TokenView):
    scope = READ

    @described(
        name="qualifications_list",
        summary="The qualifications that the centre may run",
        scope=READ,
        query=Paged,
        answer=listing(QualificationSerializer, "Qualification"),
        example={"next": None, "previous": None, "results": [_EXAMPLE]},
    )
    def get(self, request: Request) -> Response:
        """Those that the centre is approved for, with the codes of their units and the grades that rows may carry.
        By code, a hundred on a page."""
        wanted = read(Paged, request.query_params)
        found = programmes(actor=self.actor)
        anchors = Programme.objects.visible_to(self.actor)
        rows, links = page_of(request, found, order=PROGRAMMES_ORDER, anchors=anchors, wanted=wanted)
        return Response({**links, "results": [_qualification(row) for row in rows]})


def _qualification(row: Programme) -> dict[str, Any]:
    found = row.qualification
    return {
        "code": found.code,
        "number": found.number,
        "title": found.title,
        "level": found.level,
        "claim": found.claim_kind,
        "guided_hours": found.guided_hours,
        "grades": _codes(found.scale),
        "units": [_unit(part) for part in found.parts.all()],
    }


def _unit(part: Part) -> dict[str, Any]:
    unit = part.unit
    return {
        "code": unit.code,
        "number": unit.number,
        "title": unit.title,
        "mandatory": part.mandatory,
        "assessed_by": "centre" if unit.kind == UnitKind.INTERNAL else "awarding_organisation",
        "guided_hours": unit.guided_hours,
        "grades": _codes(unit.scale),
    }


def _codes(scale: GradeScale) -> list[str]:
    return [grade.code for grade in scale.grades.all()]
