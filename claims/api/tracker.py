"""Where each learner stands, for programs."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from claims.models import Readiness
from claims.queries.tracker import ALL, COUNTED, SORTS, Filters, everyone, matching
from claims.views.fixes import Fixes, with_addresses
from deadlines.queries import current_series
from portal import clock
from portal.catalogue.models import Series
from portal.errors import Refused
from portal.people.api import TokenView
from portal.web.actor import Actor
from portal.web.api import Paged, described, listing, page_of, read

TRACKER = "tracker:read"


def series_of(code: str, actor: Actor) -> Series:
    """The series of a code; the current one when none is named."""
    if not code:
        return current_series(on=clock.london_date(actor.at))
    found = Series.objects.filter(code=code).first()
    if found is None:
        raise Refused(f"There is no series {code}. Write it as 2024-06.", code="unknown", field="series")
    return found


class TrackerQuery(Paged):
    series = serializers.CharField(
        required=False, max_length=7, help_text="For example 2024-06; the current one when left out."
    )
    state = serializers.ChoiceField(required=False, choices=[state.value for state in COUNTED])


class TrackedLearnerSerializer(serializers.Serializer):
    candidate_number = serializers.CharField()
    name = serializers.CharField()


class ReasonSerializer(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    fix_url = serializers.URLField(help_text="The page on which a person puts it right.")


class TrackedSerializer(serializers.Serializer):
    registration = serializers.CharField(help_text="The registration's number, as claims take it.")
    learner = TrackedLearnerSerializer()
    qualification = serializers.CharField()
    kind = serializers.CharField(help_text="full_award or cash_in.")
    grade = serializers.CharField(allow_blank=True, help_text="Empty while it is not known.")
    state = serializers.ChoiceField(choices=[state.value for state in COUNTED])
    reasons = ReasonSerializer(many=True)


class TrackerView(TokenView):
    scope = TRACKER

    @described(
        name="tracker_list",
        summary="Where each learner stands",
        scope=TRACKER,
        query=TrackerQuery,
        answer=listing(TrackedSerializer, "Tracked"),
        example={
            "next": None,
            "previous": None,
            "results": [
                {
                    "registration": "AB00012",
                    "learner": {"candidate_number": "0012", "name": "Okafor, Amara"},
                    "qualification": "Business, Extended Certificate, level 3",
                    "kind": "full_award",
                    "grade": "",
                    "state": "blocked",
                    "reasons": [
                        {
                            "code": "unit_grade_missing",
                            "message": "Unit 8 has no grade.",
                            "fix_url": "https://portal.example/c/12345/claims/registrations/AB00012/grades/#unit-8",
                        }
                    ],
                }
            ],
        },
    )
    def get(self, request: Request) -> Response:
        """Learners expected to complete in the series: `ready` to claim, `blocked` with reasons, `claimed`, or
        `issued` once the claim is accepted. By candidate number, a hundred on a page."""
        wanted = read(TrackerQuery, request.query_params)
        actor = self.actor
        series = series_of(wanted.get("series", ""), actor)
        filters = Filters(state=wanted.get("state", ALL))
        found = matching(actor=actor, series=series, filters=filters).select_related("registration")
        anchors = everyone(actor=actor, series=series)
        rows, links = page_of(request, found, order=SORTS["number"], anchors=anchors, wanted=wanted)
        fixes = Fixes(actor.centre.number)
        return Response({**links, "results": [_tracked(row, request, fixes) for row in rows]})


def _tracked(row: Readiness, request: Request, fixes: Fixes) -> dict[str, Any]:
    return {
        "registration": row.registration.number,
        "learner": {"candidate_number": row.candidate_number, "name": row.learner_name},
        "qualification": row.programme_title,
        "kind": row.kind,
        "grade": row.grade,
        "state": row.state,
        "reasons": [
            {
                "code": reason["code"],
                "message": reason["message"],
                "fix_url": request.build_absolute_uri(reason["fix_url"]),
            }
            for reason in with_addresses(row, fixes)
        ],
    }
