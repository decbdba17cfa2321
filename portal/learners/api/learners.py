"""Learners and their registrations: read, and learners written."""

from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.learners.actions.sheets import LEARNERS
from portal.learners.api.rows import WRITE, Rows
from portal.learners.models import Learner
from portal.learners.queries.pages import ORDER, learners
from portal.people.api import TokenView, once
from portal.web.api import ErrorSerializer, Paged, described, listing, page_of, read

READ = "learners:read"


class LearnersQuery(Paged):
    q = serializers.CharField(
        required=False, max_length=80, help_text="Words of the name, a candidate number or a ULN."
    )


class RegistrationSerializer(serializers.Serializer):
    registration = serializers.CharField()
    qualification = serializers.CharField()
    series = serializers.CharField()
    registered_on = serializers.DateField()


class LearnerSerializer(serializers.Serializer):
    candidate_number = serializers.CharField()
    family_name = serializers.CharField()
    given_name = serializers.CharField()
    born_on = serializers.DateField(allow_null=True)
    uln = serializers.CharField(allow_blank=True)
    uci = serializers.CharField(allow_blank=True)
    registrations = RegistrationSerializer(many=True)


_EXAMPLE = {
    "candidate_number": "0012",
    "family_name": "Okafor",
    "given_name": "Amara",
    "born_on": "2006-03-09",
    "uln": "",
    "uci": "",
    "registrations": [
        {
            "registration": "AB00012",
            "qualification": "Business, Extended Certificate, level 3",
            "series": "2024-06",
            "registered_on": "2022-09-12",
        }
    ],
}


# A program that has one name for a learner cannot say which part is the family name; a person can.
_ROWS = Rows(
    LEARNERS,
    field="learners",
    example={
        "candidate_number": "0012",
        "family_name": "Okafor",
        "given_name": "Amara",
        "born_on": "2006-03-09",
        "uln": "9276308686",
        "uci": "",
    },
    about="0012 Okafor, Amara",
    without=("name",),
    hints={"born_on": "A date such as 2006-03-09"},
)


class LearnersView(TokenView):
    scope = READ
    scopes = {"POST": WRITE}

    @described(
        name="learners_list",
        summary="The learners of the centre",
        scope=READ,
        query=LearnersQuery,
        answer=listing(LearnerSerializer, "Learner"),
        example={"next": None, "previous": None, "results": [_EXAMPLE]},
    )
    def get(self, request: Request) -> Response:
        """By name, a hundred on a page."""
        wanted = read(LearnersQuery, request.query_params)
        actor = self.actor
        found = learners(actor=actor, words=wanted.get("q", ""))
        anchors = Learner.objects.visible_to(actor)
        rows, links = page_of(request, found, order=ORDER, anchors=anchors, wanted=wanted)
        return Response({**links, "results": [_learner(row) for row in rows]})

    @_ROWS.described(name="learners_save", summary="Add or change learners")
    @once
    def post(self, request: Request) -> Response:
        """By candidate number: a new one is added, a standing one changed where the row says something else. What a
        row leaves out or empty stays as it is. No learner is taken away by leaving them out."""
        return _ROWS.answer(self, request)


class LearnerView(TokenView):
    scope = READ

    @described(
        name="learners_one",
        summary="One learner",
        scope=READ,
        answer=LearnerSerializer,
        example=_EXAMPLE,
        also={404: ErrorSerializer},
    )
    def get(self, request: Request, candidate: str) -> Response:
        """By candidate number. Another centre's learner is not found."""
        row = learners(actor=self.actor).filter(candidate_number=candidate).first()
        if row is None:
            raise Http404
        return Response(_learner(row))


def _learner(row: Learner) -> dict[str, Any]:
    return {
        "candidate_number": row.candidate_number,
        "family_name": row.family_name,
        "given_name": row.given_name,
        "born_on": row.born_on.isoformat() if row.born_on else None,
        "uln": row.uln,
        "uci": row.uci,
        "registrations": [
            {
                "registration": registration.number,
                "qualification": str(registration.programme),
                "series": registration.series_id,
                "registered_on": registration.registered_on.isoformat(),
            }
            for registration in row.registrations.all()
        ],
    }
