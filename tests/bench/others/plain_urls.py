"""A bare view, and a plain Django REST Framework list of the rows that the tracker shows."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework import generics, serializers

from claims.models import Readiness
from claims.queries.tracker import SORTS


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


class Row(serializers.ModelSerializer):
    number = serializers.CharField(source="registration.number")

    class Meta:
        model = Readiness
        fields = [
            "number",
            "learner_name",
            "candidate_number",
            "programme_title",
            "units_done",
            "units_needed",
            "grade",
            "points",
            "kind",
            "state",
            "reasons",
            "notes",
            "needs",
        ]


class Rows(generics.ListAPIView):
    serializer_class = Row

    def get_queryset(self):
        rows = Readiness.objects.filter(centre__number=self.kwargs["number"], series="2024-06", state="ready")
        return rows.select_related("registration").order_by(*SORTS["programme"])


urlpatterns = [path("bare/", bare), path("rows/<str:number>/", Rows.as_view())]
