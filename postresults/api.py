"""Results and the services about them, for programs: what is out to candidates, whoever's token asks."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.clock import london_date
from portal.learners.models import Result
from portal.people.api import TokenView
from portal.web.api import Instant, Paged, Query, described, listing, page_of, read, whole
from postresults.queries.offered import Offered, offered
from postresults.queries.released import ORDER, released
from postresults.rules.services import Service, Terms, matrix

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


# --- services ---

REQUESTS = "requests:read"
SERVICES = [service.value for service in Service]


class ServiceSerializer(serializers.Serializer):
    family = serializers.CharField()
    service = serializers.ChoiceField(choices=SERVICES)
    offered = serializers.BooleanField()
    days = serializers.IntegerField(allow_null=True, help_text="Null where no number of days is promised.")
    unit = serializers.ChoiceField(choices=["calendar", "working"])
    needs_consent = serializers.BooleanField()
    source = serializers.CharField()


class ServicesView(TokenView):
    scope = REQUESTS

    @described(
        name="postresults_services",
        summary="Which service exists for which family of qualifications",
        scope=REQUESTS,
        answer=listing(ServiceSerializer, "Service"),
        example=whole(
            [
                {
                    "family": "btec_l3_nationals",
                    "service": "service_2",
                    "offered": True,
                    "days": 20,
                    "unit": "calendar",
                    "needs_consent": True,
                    "source": "Post-results services page, read in summer 2024",
                }
            ]
        ),
    )
    def get(self, request: Request) -> Response:
        """One row for each family and service, as they hold today."""
        rows = matrix(on=london_date(self.actor.at))
        return Response(whole([_service(family, terms, held) for family, terms, held in rows]))


def _service(family: str, terms: Terms, held: bool) -> dict[str, Any]:
    return {
        "family": family,
        "service": terms.service.value,
        "offered": held,
        "days": terms.days,
        "unit": terms.unit,
        "needs_consent": terms.needs_consent,
        "source": terms.source,
    }


# --- offers ---


class OffersQuery(Query):
    learner = serializers.CharField(max_length=4, help_text="The candidate number, four digits.")
    component = serializers.CharField(max_length=20, help_text="The unit’s code, such as FIR-BUS-2.")
    series = serializers.CharField(max_length=7, help_text="Such as 2024-05.")


class OfferSerializer(serializers.Serializer):
    service = serializers.ChoiceField(choices=SERVICES)
    offered = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True, help_text="Why not, and what to do instead; empty if offered.")
    fee_pence = serializers.IntegerField(allow_null=True, help_text="Null where the price is not known yet.")
    closes_at = Instant(allow_null=True)
    promised_on = serializers.DateField(allow_null=True, help_text="If asked for now, and filed at once.")


class OffersView(TokenView):
    scope = REQUESTS

    @described(
        name="postresults_offers",
        summary="What can be asked for about one learner’s component",
        scope=REQUESTS,
        query=OffersQuery,
        answer=listing(OfferSerializer, "Offer"),
        example=whole(
            [
                {
                    "service": "service_2",
                    "offered": True,
                    "reason": "",
                    "fee_pence": 4250,
                    "closes_at": "2024-07-10T22:59:59.999999Z",
                    "promised_on": "2024-07-18",
                }
            ]
        ),
    )
    def get(self, request: Request) -> Response:
        """Each service with its reason where it is not offered. A result that is not out yet is as none at all."""
        wanted = read(OffersQuery, request.query_params)
        rows = offered(actor=self.actor, candidate=wanted["learner"], unit=wanted["component"], series=wanted["series"])
        return Response(whole([_offer(row) for row in rows]))


def _offer(row: Offered) -> dict[str, Any]:
    return {
        "service": row.offer.service.value,
        "offered": row.offer.offered,
        "reason": f"{row.offer.reason} {row.offer.next_step}".strip(),
        "fee_pence": row.fee_pence,
        "closes_at": row.offer.closes_at.isoformat().replace("+00:00", "Z") if row.offer.closes_at else None,
        "promised_on": row.promised_on.isoformat() if row.promised_on else None,
    }
