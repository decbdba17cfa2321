"""Claiming, for programs."""

import secrets
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from claims.actions import claim_those_ready
from claims.api.tracker import series_of
from claims.queries.claimable import Sorted, who_is_ready
from portal.people.api import TokenView, once
from portal.web.api import CREATED, UNPROCESSABLE, Spoken, described, read

CLAIMS = "claims:write"
MOST = 5000


class AskClaimsSerializer(Spoken):
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
        series, numbers = series_of(asked["series"], actor), asked["registrations"]
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
