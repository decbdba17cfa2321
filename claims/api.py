"""Where each learner stands, and claiming, for programs."""

import secrets
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from claims.actions import claim_those_ready
from claims.actions.sheets import UNIT_GRADES
from claims.models import Readiness
from claims.queries.claimable import Sorted, who_is_ready
from claims.queries.tracker import ALL, COUNTED, SORTS, Filters, everyone, matching
from claims.views.fixes import Fixes, with_addresses
from deadlines.queries import current_series
from portal import clock
from portal.catalogue.models import Series
from portal.centres.rules import GRADES_ENTER
from portal.errors import Refused
from portal.learners.api.rows import WRITE, Rows
from portal.people.api import TokenView, once
from portal.web.actor import Actor
from portal.web.api import CREATED, UNPROCESSABLE, Paged, described, listing, page_of, read

TRACKER = "tracker:read"
CLAIMS = "claims:write"
MOST = 5000


def _series(code: str, actor: Actor) -> Series:
    """The series of a code; the current one when none is named."""
    if not code:
        return current_series(on=clock.london_date(actor.at))
    found = Series.objects.filter(code=code).first()
    if found is None:
        raise Refused(f"There is no series {code}. Write it as 2024-06.", code="unknown", field="series")
    return found


# --- the tracker ---


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
        series = _series(wanted.get("series", ""), actor)
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


# --- claims ---


class AskClaimsSerializer(serializers.Serializer):
    series = serializers.CharField(max_length=7, help_text="For example 2024-06.")
    registrations = serializers.ListField(
        child=serializers.CharField(max_length=12),
        min_length=1,
        max_length=MOST,
        help_text=f"Registration numbers, as the tracker gives them; at most {MOST}.",
    )
    declaration = serializers.BooleanField(
        default=False,
        help_text=(
            "Must be true, but in a dry run: the centre declares that the units and grades on the tracker are right."
        ),
    )
    dry_run = serializers.BooleanField(
        default=False, help_text="True: nothing is claimed, and the answer (200) says who would be."
    )

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if not asked["declaration"] and not asked["dry_run"]:
            message = "Claims are sent with the centre's declaration: set declaration to true."
            raise serializers.ValidationError({"declaration": [message]}, code="declaration")
        return asked


class TurnedSerializer(serializers.Serializer):
    registration = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class ClaimedSerializer(serializers.Serializer):
    reference = serializers.CharField(allow_null=True, help_text="The receipt; null when nothing was stored.")
    accepted = serializers.ListField(child=serializers.CharField())
    refused = TurnedSerializer(many=True)


class NothingClaimedSerializer(serializers.Serializer):
    """A call that is not right has the form of an error; one whose every registration is refused, that of a 201."""

    type = serializers.CharField(required=False)
    title = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)
    errors = serializers.ListField(child=serializers.DictField(), required=False)
    reference = serializers.CharField(allow_null=True, required=False)
    accepted = serializers.ListField(child=serializers.CharField(), required=False)
    refused = TurnedSerializer(many=True, required=False)


class ClaimsView(TokenView):
    scope = CLAIMS

    @described(
        name="claims_make",
        summary="Claim for learners who are ready",
        scope=CLAIMS,
        body=AskClaimsSerializer,
        body_example={"series": "2024-06", "registrations": ["AB00012", "AB00013"], "declaration": True},
        answer=ClaimedSerializer,
        status_code=CREATED,
        also={200: ClaimedSerializer, UNPROCESSABLE: NothingClaimedSerializer},
        also_example={200: {"reference": None, "accepted": ["AB00012"], "refused": []}},
        example={
            "reference": "CLM-24-00417",
            "accepted": ["AB00012"],
            "refused": [{"registration": "AB00013", "code": "claimed", "message": "This learner is already claimed."}],
        },
    )
    @once
    def post(self, request: Request) -> Response:
        """Each registration is judged by itself: those that are ready are claimed in one submission with one receipt,
        the others come back with a reason. When none is ready the answer is 422 with the same body, and nothing is
        stored. A person can undo the submission on its receipt for thirty minutes. With `dry_run` the answer is 200
        with the same body, without a reference, and nothing is stored."""
        asked = read(AskClaimsSerializer, request.data)
        actor = self.actor
        series, numbers = _series(asked["series"], actor), asked["registrations"]
        if asked["dry_run"]:
            return Response(_claimed(who_is_ready(centre=actor.centre, series=series, numbers=numbers), None))
        claimed = claim_those_ready(
            centre=actor.centre,
            series=series,
            numbers=numbers,
            token=secrets.token_hex(16),
            by=actor.user,
            at=actor.at,
        )
        if claimed.submission is None:
            return Response(_claimed(claimed.judged, None), status=UNPROCESSABLE)
        return Response(_claimed(claimed.judged, claimed.submission.reference), status=CREATED)


def _claimed(judged: Sorted, reference: str | None) -> dict[str, Any]:
    return {
        "reference": reference,
        "accepted": judged.accepted,
        "refused": [
            {"registration": turned.registration, "code": turned.code, "message": turned.message}
            for turned in judged.refused
        ],
    }


# --- unit grades ---

_GRADES = Rows(
    UNIT_GRADES,
    field="unit_grades",
    example={"registration_number": "AB00012", "unit": "8", "grade": "M"},
    about="0012 Okafor, Amara: Unit 8: Recruitment and Selection Process",
)


class UnitGradesView(TokenView):
    scope = WRITE
    capability = GRADES_ENTER

    @_GRADES.described(name="unit-grades_save", summary="Report unit grades")
    @once
    def post(self, request: Request) -> Response:
        """For units that the centre assesses. Name the learner by registration number or candidate number, the unit
        by number or code, the grade by its code or word. A grade for an optional unit takes it into the learner's set.
        Where each learner stands follows at once: ask the tracker."""
        return _GRADES.answer(self, request)
