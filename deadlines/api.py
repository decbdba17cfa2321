"""Day counts and key dates for programs."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deadlines.models import DateStatus, KeyDate
from deadlines.queries import find_key_dates, why_limit
from deadlines.rules.calendar import NATIONS
from deadlines.rules.limit import Consequence, Limit, StartsFrom, Unit
from deadlines.rules.limits import LIMITS
from portal.catalogue.models import Qualification
from portal.people.api import TokenView, once
from portal.web.api import Instant, Query, Spoken, described, listing, read, whole

SCOPE = "dates:read"


# --- when something is due ---


class AskDueSerializer(Spoken):
    limit = serializers.CharField(max_length=60, help_text="A key of /api/v1/limits/.")
    nation = serializers.ChoiceField(
        choices=NATIONS, required=False, help_text="Whose bank holidays; your centre's when left out."
    )

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python's own."""
        start = serializers.CharField(max_length=40, help_text="The start, London time unless it says an offset.")
        return {**super().get_fields(), "from": start}


class DueSerializer(serializers.Serializer):
    limit = serializers.CharField()
    days = serializers.IntegerField()
    unit = serializers.ChoiceField(choices=[unit.value for unit in Unit])
    starts_from = serializers.ChoiceField(choices=[start.value for start in StartsFrom])
    started_at = Instant()
    starts_on = serializers.DateField()
    due_on = serializers.DateField()
    due_at = Instant()
    nation = serializers.CharField()
    consequence = serializers.ChoiceField(choices=[consequence.value for consequence in Consequence])
    steps = serializers.ListField(child=serializers.CharField(), help_text="The sum, in sentences.")
    source = serializers.CharField()


class DueView(TokenView):
    scope = SCOPE

    @described(
        name="due_work_out",
        summary="When something is due, and why",
        scope=SCOPE,
        body=AskDueSerializer,
        body_example={"limit": "appeal.lodge.results", "from": "2024-08-22T16:30", "nation": "england"},
        answer=DueSerializer,
        example={
            "limit": "appeal.lodge.results",
            "days": 30,
            "unit": "calendar",
            "starts_from": "received",
            "started_at": "2024-08-22T15:30:00Z",
            "starts_on": "2024-08-22",
            "due_on": "2024-09-21",
            "due_at": "2024-09-21T22:59:59.999999Z",
            "nation": "england",
            "consequence": "needs_reason",
            "steps": ["Day 0 is Thursday 22 August 2024: You received the outcome."],
            "source": "The post-results services page.",
        },
    )
    @once
    def post(self, request: Request) -> Response:
        """Day 0 is the UK date of the start; the last day runs to its last microsecond. Nothing is stored."""
        asked = read(AskDueSerializer, request.data)
        nation = asked.get("nation") or self.actor.centre.nation
        return Response(why_limit(limit=asked["limit"], start=asked["from"], nation=nation))


# --- limits ---


class LimitSerializer(serializers.Serializer):
    key = serializers.CharField()
    days = serializers.IntegerField()
    unit = serializers.ChoiceField(choices=[unit.value for unit in Unit])
    starts_from = serializers.ChoiceField(choices=[start.value for start in StartsFrom])
    consequence = serializers.ChoiceField(choices=[consequence.value for consequence in Consequence])
    families = serializers.ListField(child=serializers.CharField(), help_text="Empty: all of them.")
    in_force_from = serializers.DateField()
    rule = serializers.CharField()
    source = serializers.CharField()


class LimitsView(TokenView):
    scope = SCOPE

    @described(
        name="limits_list",
        summary="Every day count we know",
        scope=SCOPE,
        answer=listing(LimitSerializer, "Limit"),
        example=whole(
            [
                {
                    "key": "appeal.lodge.results",
                    "days": 30,
                    "unit": "calendar",
                    "starts_from": "received",
                    "consequence": "needs_reason",
                    "families": [],
                    "in_force_from": "2023-09-01",
                    "rule": "You have 30 calendar days from the day you received the outcome to lodge an appeal.",
                    "source": "The post-results services page.",
                }
            ]
        ),
    )
    def get(self, request: Request) -> Response:
        """A limit is never edited: a later row of the same key takes its place from `in_force_from` on."""
        read(Query, request.query_params)
        return Response(whole([_limit(row) for row in LIMITS]))


def _limit(row: Limit) -> dict[str, Any]:
    return {
        "key": row.key,
        "days": row.days,
        "unit": row.unit.value,
        "starts_from": row.starts_from.value,
        "consequence": row.consequence.value,
        "families": list(row.families),
        "in_force_from": row.in_force_from.isoformat(),
        "rule": row.rule,
        "source": row.source_in_full,
    }


# --- key dates ---


class KeyDatesQuery(Query):
    series = serializers.CharField(required=False, max_length=7, help_text="For example 2024-06.")
    qualification = serializers.CharField(
        required=False, max_length=30, help_text="The code of a qualification or of a family of them."
    )
    q = serializers.CharField(required=False, max_length=80, help_text="Words of the title, the audience or the key.")
    to = serializers.DateField(required=False, help_text="The last day.")

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python's own."""
        return {**super().get_fields(), "from": serializers.DateField(required=False, help_text="The first day.")}


class KeyDateSerializer(serializers.Serializer):
    key = serializers.CharField()
    on = serializers.DateField()
    title = serializers.CharField()
    series = serializers.CharField()
    families = serializers.ListField(child=serializers.CharField(), help_text="Empty: all of them.")
    source = serializers.CharField()
    status = serializers.ChoiceField(choices=DateStatus.values)


class KeyDatesView(TokenView):
    scope = SCOPE

    @described(
        name="key-dates_list",
        summary="The dates that are set, earliest first",
        scope=SCOPE,
        query=KeyDatesQuery,
        answer=listing(KeyDateSerializer, "KeyDate"),
        example=whole(
            [
                {
                    "key": "claims.full_award",
                    "on": "2024-07-05",
                    "title": "Full award claims",
                    "series": "2024-06",
                    "families": ["btec_l3_nationals"],
                    "source": "Key dates of the June 2024 update",
                    "status": "confirmed",
                }
            ]
        ),
    )
    def get(self, request: Request) -> Response:
        """Filters narrow one another. A date that is set for all families is found with every qualification."""
        wanted = read(KeyDatesQuery, request.query_params)
        rows = find_key_dates(
            words=wanted.get("q", ""),
            series=wanted.get("series", ""),
            family=_family(wanted.get("qualification", "")),
            since=wanted.get("from"),
            until=wanted.get("to"),
        )
        return Response(whole([_key_date(row) for row in rows]))


def _family(code: str) -> str:
    """The family of a qualification's code; a family's own code stands for itself."""
    return Qualification.objects.filter(code=code).values_list("family", flat=True).first() or code


def _key_date(row: KeyDate) -> dict[str, Any]:
    return {
        "key": row.key,
        "on": row.on.isoformat(),
        "title": row.title,
        "series": row.series_id,
        "families": row.families,
        "source": row.source,
        "status": row.status,
    }
