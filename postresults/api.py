"""Results, for programs: what is out to candidates, whoever's token asks."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.learners.models import Result
from portal.people.api import TokenView
from portal.web.api import Paged, described, listing, page_of, read
from postresults.queries.released import ORDER, released

READ = "results:read"


class ResultsQuery(Paged):
    series = serializers.CharField(required=False, max_length=7, help_text="Such as 2024-06.")
    qualification = serializers.CharField(required=False, max_length=20, help_text="Our code, such as FIR-BUS-A.")
    unit = serializers.CharField(required=False, max_length=20, help_text="The unit’s code, such as FIR-BUS-2.")


class ResultSerializer(serializers.Serializer):
    registration = serializers.CharField()
    candidate_number = serializers.CharField()
    name = serializers.CharField()
    qualification = serializers.CharField()
    unit = serializers.CharField()
    series = serializers.CharField()
    mark = serializers.IntegerField(allow_null=True)
    grade = serializers.CharField()
    released_at = serializers.DateTimeField()


_EXAMPLE = {
    "registration": "R123453404B",
    "candidate_number": "3404",
    "name": "Barnes, Aleena",
    "qualification": "FIR-BUS-A",
    "unit": "FIR-BUS-2",
    "series": "2024-05",
    "mark": 31,
    "grade": "M",
    "released_at": "2024-06-10T07:00:00Z",
}


class ResultsView(TokenView):
    scope = READ

    @described(
        name="results_list",
        summary="Results of external units",
        scope=READ,
        query=ResultsQuery,
        answer=listing(ResultSerializer, "Result"),
        example={"next": None, "previous": None, "results": [_EXAMPLE]},
    )
    def get(self, request: Request) -> Response:
        """Nothing shows before it is out to candidates: a program cannot keep results restricted."""
        wanted = read(ResultsQuery, request.query_params)
        found = released(
            actor=self.actor,
            series=wanted.get("series", ""),
            qualification=wanted.get("qualification", ""),
            unit=wanted.get("unit", ""),
        )
        anchors = Result.objects.shown_to(self.actor)
        rows, links = page_of(request, found, order=ORDER, anchors=anchors, wanted=wanted)
        return Response({**links, "results": [_result(row) for row in rows]})


def _result(row: Result) -> dict[str, Any]:
    learner = row.registration.learner
    return {
        "registration": row.registration.number,
        "candidate_number": learner.candidate_number,
        "name": str(learner),
        "qualification": row.registration.programme.qualification.code,
        "unit": row.unit.code,
        "series": row.series_id,
        "mark": row.mark,
        "grade": row.grade,
        "released_at": row.release.to_candidates_at.isoformat().replace("+00:00", "Z"),
    }
