"""The portal with five more pages, each broken in one way that the walker must see."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from portal.centres.models import Centre
from portal.learners.models import Learner
from portal.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401  the rest of the portal


def unguarded(request: HttpRequest, number: str) -> HttpResponse:
    """Anybody who is signed in reads any centre's learners."""
    return HttpResponse("\n".join(str(learner) for learner in Learner.objects.filter(centre__number=number)))


@login_not_required
def unlisted(request: HttpRequest) -> HttpResponse:
    """A page for everybody that nobody decided to publish."""
    return HttpResponse("hello")


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("lost")


def telling(request: HttpRequest, number: str) -> HttpResponse:
    """Refuses, and by its refusal says that the centre exists."""
    if Centre.objects.filter(number=number).exists():
        return HttpResponse("not yours", status=403)
    raise Http404


def writing(request: HttpRequest, number: str) -> HttpResponse:
    """Refuses politely after it has written."""
    Learner.objects.filter(centre__number=number).update(version=99)
    raise Http404


leaks = [
    path("leaks/<str:number>/unguarded/", unguarded, name="leak-unguarded"),
    path("leaks/unlisted/", unlisted, name="leak-unlisted"),
    path("leaks/broken/", broken, name="leak-broken"),
    path("leaks/<str:number>/telling/", telling, name="leak-telling"),
    path("leaks/<str:number>/writing/", writing, name="leak-writing"),
]
urlpatterns = [*leaks, *urlpatterns]
