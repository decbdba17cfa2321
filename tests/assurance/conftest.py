"""The demonstration as a world to break into: Northgate is the victim, Southbrook sends the stranger."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, TextField

from claims.models import Query, Submission
from deadlines.actions import propose_date, receive_dates, renew_feed
from deadlines.models import KeyDate
from portal import clock
from portal.accounts.models import User
from portal.casework import kinds
from portal.casework.actions import file_letter, open_case
from portal.casework.models import Document
from portal.centres.access import actor_for
from portal.centres.actions import delegate
from portal.centres.models import Centre, Delegation, Membership
from portal.centres.rules import Bundle, Role
from portal.consent.actions import ask, record_paper, record_upload
from portal.consent.rules import Purpose, Way
from portal.demo.actions import load
from portal.demo.actions.people import confirm_a_register
from portal.desk.actions import record_cover, save_filter
from portal.desk.models import SavedFilter
from portal.fees.actions import Charge, charge, invoice
from portal.fees.rules import FeeKey
from portal.files.actions import give_code
from portal.hooks.actions import make_hook, send_test
from portal.intake.kinds import sheets
from portal.intake.models import Upload
from portal.learners.actions import receive_results
from portal.learners.models import Learner, Registration, Result, ResultRelease
from portal.notices.models import Notice
from portal.people.actions import ask_reset, invite, make_token
from portal.people.models import ApiToken, Invitation, RegisterConfirmation
from portal.people.rules import OFFERED
from portal.web.sealing import unsealed
from portal.web.tenancy import Holds, TenantQuerySet
from postresults.actions import deliver, propose_moments, raise_concern, submit_requests
from postresults.rules.asking import Line as PickedLine
from postresults.rules.services import Service
from tests.assurance.walking import SENTINEL, Samples, digest, undone
from tests.factories.casework import TRIAL
from tests.factories.passkeys import PasskeyFactory

VICTIM = "12345"
STRANGER = "23456"
STAFF = "casework@board.example"
NEVER = 987654321
_numbers = count(1)
# Columns of free text, where a victim's words would leak from.
WORDS = frozenset(
    [
        *("family_name", "given_name", "name", "typed_name", "held_by", "filename"),
        *("question", "answer", "reason", "subject", "text", "html"),
    ]
)


@dataclass(frozen=True)
class World:
    victim: Centre
    samples: Samples

    def rows(self) -> str:
        """A fingerprint of everything that the victim owns."""
        return digest([list(owned(model, self.victim).order_by("pk").values_list()) for model in tenant_models()])


def tenant_models() -> list[Any]:
    """Every model whose rows are fetched through the door."""
    return [
        model
        for model in apps.get_models()
        if getattr(model, "holds", None) is Holds.TENANT and isinstance(model._default_manager.all(), TenantQuerySet)
    ]


def owned(model: Any, centre: Centre) -> Any:
    """All rows of a centre, whoever at the centre may see them."""
    rows = model._default_manager.all()
    return rows.filter(**{rows.centre_path: centre})


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), undone():
        load(at=clock.wall())
        victim = Centre.objects.get(number=VICTIM)
        samples = samples_of(victim)
        _plant(victim)
        yield World(victim, samples)
        kinds.unregister(TRIAL.key)


def samples_of(victim: Centre, *, first: Result | None = None) -> Samples:
    """An object of the demonstration's centre for every blank. `first`: the result that was asked about."""
    _dates_in_the_making()
    _results_in_the_making()
    _case(victim)
    _desk()
    return Samples(_victims(victim, _invite(victim)), _absent(), _special(victim, first))


def _invite(centre: Centre) -> str:
    """Somebody is on their way in; the token of their link."""
    head = User.objects.get(email="head@northgate.example")
    today = clock.london_date(clock.now())
    invite(
        centre=centre,
        email="new@northgate.example",
        name="New Person",
        role=Role.DEPUTY,
        from_on=today,
        by=head,
        at=clock.now(),
        wall=clock.wall(),
    )
    found = re.search(r"/invitations/([^/\s]+)/", Notice.objects.order_by("-pk")[0].text)
    assert found
    return found.group(1)


def _case(centre: Centre) -> None:
    """A case of the kind that the tests bring: its admin pages need a row."""
    kinds.register(TRIAL)
    open_case(kind=TRIAL.key, centre=centre, by=None, at=clock.now())


def _desk() -> None:
    """A filter that colleagues share over a list that all staff see, and somebody who is away."""
    away, cover = (User.objects.get(email=f"{name}@board.example") for name in ("casework", "casework2"))
    at, today = clock.now(), clock.london_date(clock.now())
    save_filter(queue="deadlines.keydate", query="q=claims", name="Claims", shared=True, by=away, at=at)
    record_cover(away=away, cover=cover, from_on=today, to_on=today, by=away, at=at)


def _token(centre: Centre) -> int:
    """A program works for the centre."""
    return token_of("head@northgate.example", centre)[0].pk


def token_of(email: str, centre: Centre) -> tuple[ApiToken, str]:
    """A token of somebody that may do all that they may, with its secret."""
    actor = actor_for(user=User.objects.get(email=email), number=centre.number, at=clock.now())
    name = f"Program {next(_numbers)}"
    return make_token(
        centre=centre, name=name, scopes=list(OFFERED), capabilities=actor.capabilities, by=actor.user, at=actor.at
    )


def _upload(centre: Centre, kind: str) -> int:
    """A file that waits to be committed."""
    upload = Upload.objects.create(
        centre=centre,
        kind=kind,
        filename="june.csv",
        digest=kind,
        headings={"names": [], "columns": {}},
        received_at=clock.now(),
        by=User.objects.get(email="officer@northgate.example"),
    )
    return upload.pk


def _dates_in_the_making() -> None:
    """A change that waits for a second person, and a file that waits to be used."""
    editor, at = User.objects.get(email="dates@board.example"), clock.now()
    current = KeyDate.objects.get(key="claims.full_award", series="2024-06")
    propose_date(key_date=current, on=clock.london_date(at) + timedelta(days=14), reason="Snow.", by=editor, at=at)
    receive_dates(
        filename="dates.csv", content=b"Key,Series,Date\nclaims.cash_in,2024-06,2024-07-05\n", by=editor, at=at
    )


def _results_in_the_making() -> None:
    """A file of results that waits to be loaded."""
    content = b"Registration,Unit,Series,Mark,Grade\nR123453404B,FIR-BUS-2,2024-05,99,M\n"
    editor = User.objects.get(email="casework@board.example")
    release = ResultRelease.objects.filter(told_at=None, to_centres_at__gt=clock.now()).order_by("pk")[0]
    later = {name: getattr(release, name) + timedelta(days=1) for name in ("to_centres_at", "to_candidates_at")}
    propose_moments(release=release, source="Snow.", reason="Snow.", by=editor, at=clock.now(), **later)
    receive_results(kind="results", filename="results.csv", content=content, by=editor, at=clock.now())


def _secret(email: str) -> str:
    """The secret in the link of somebody's calendar."""
    feed = renew_feed(by=User.objects.get(email=email), at=clock.now())
    return unsealed(feed.sealed, keys=settings.FIELD_KEYS)


def _mail() -> str:
    """A mail of the demonstration, as the delivery sweep writes it out."""
    folder = settings.MAIL_TRANSPORT["folder"]
    folder.mkdir(parents=True, exist_ok=True)
    name = "20240628T094400-1"
    (folder / f"{name}.eml").write_text("To: someone@northgate.example\nSubject: 1 thing\n\nWords\n")
    return name


def _victims(centre: Centre, token: str) -> dict[str, Any]:
    deputy = Membership.objects.get(centre=centre, role=Role.DEPUTY.value)
    return {
        "number": centre.number,
        "reference": Submission.objects.filter(centre=centre).order_by("pk")[0].reference,
        "registration": Registration.objects.filter(centre=centre).order_by("pk")[0].number,
        "candidate": Learner.objects.filter(centre=centre).order_by("pk")[0].candidate_number,
        "series": "2024-05",
        "unit": "FIR-BUS-2",
        "person": deputy.user_id,
        "membership": deputy.pk,
        "invitation": Invitation.objects.get(centre=centre).pk,
        "delegation": _delegation(deputy).pk,
        **_webhook(centre),
        "reset": _reset(deputy),
        "confirmation": _confirmation(centre),
        "token": token,
        "uidb36": "1",
        "key": "set-password",
        "url": "nowhere",
        "app_label": "claims",
        "content_type_id": 1,
        "object_id": 1,
        "document": 1,
    }


def _confirmation(centre: Centre) -> int:
    """The head confirms who has an account."""
    confirm_a_register(centre=centre, at=clock.now())
    return RegisterConfirmation.objects.get(centre=centre).pk


def _delegation(deputy: Membership) -> Delegation:
    """The head lets the deputy manage people for the day."""
    today = clock.london_date(clock.now())
    head = User.objects.get(email="head@northgate.example")
    days = {"from_on": today, "to_on": today}
    return delegate(centre=deputy.centre, user=deputy.user, bundle=Bundle.PEOPLE, by=head, at=clock.now(), **days)


def _webhook(centre: Centre) -> dict[str, int]:
    """A program of the centre is told of something."""
    head, at = User.objects.get(email="head@northgate.example"), clock.now()
    hook, _ = make_hook(
        centre=centre, name="MIS", url="https://mis.northgate.example/", events=["claim.made"], by=head, at=at
    )
    return {"hook": hook.pk, "delivery": send_test(hook=hook, by=head, at=at, wall=clock.wall()).pk}


def _reset(deputy: Membership) -> int:
    """The deputy has a new phone."""
    head = User.objects.get(email="head@northgate.example")
    about = {"centre": deputy.centre, "user": deputy.user, "reason": "new"}
    return ask_reset(**about, by=head, at=clock.now(), wall=clock.wall()).pk


def _absent() -> dict[str, Any]:
    return {
        "number": "99999",
        "reference": "CLM-NEVER-0000",
        "registration": "NEVER0000",
        "candidate": "0000",
        "unit": "NEVER-1",
        "pk": NEVER,
        "person": NEVER,
        "membership": NEVER,
        "invitation": NEVER,
        "delegation": NEVER,
        "hook": NEVER,
        "delivery": NEVER,
        "reset": NEVER,
        "confirmation": NEVER,
    }


def _special(centre: Centre, first: Result | None) -> dict[tuple[str, str], list[Any]]:
    """Samples for blanks that mean different things on different pages."""
    notice = Notice.objects.filter(centre=centre).order_by("pk")[0].pk
    Notice.objects.filter(pk=notice).update(user=User.objects.get(email="head@northgate.example"))
    passkey = PasskeyFactory(user=User.objects.get(email="quality@northgate.example")).pk
    return {
        ("claims:question", "pk"): [Query.objects.filter(centre=centre).order_by("pk")[0].pk],
        ("notices:message", "pk"): [notice],
        ("notices:again", "pk"): [notice],
        **{(f"mfa_{act}_webauthn", "pk"): [passkey] for act in ("edit", "remove")},
        ("people:revoke-token", "pk"): [_token(centre)],
        ("api:nowhere", "anything"): ["nowhere/"],
        ("demo:mail", "name"): [_mail()],
        ("admin:desk_savedfilter_open", "pk"): [SavedFilter.objects.get().pk],
        ("files:verify", "code"): [give_code(title="Outcome of a review", at=clock.now()).code],
        ("deadlines-feed", "secret"): [_secret("officer@northgate.example")],
        **_consents(centre, first),
        **_requests(centre),
        **_cohorts(centre),
        **_uploads(centre),
    }


def _consents(centre: Centre, wanted: Result | None) -> dict[tuple[str, str], list[Any]]:
    """A question that waits for its learner with a code, a signed paper kept as a file, and charges on an invoice."""
    officer, at = User.objects.get(email="officer@northgate.example"), clock.now()
    found = Result.objects.filter(centre=centre).released(at).order_by("pk")[:2]
    first, second = (wanted, wanted) if wanted else found
    about: dict[str, Any] = {"purpose": Purpose.REVIEW, "by": officer, "at": at}
    asked = ask(learner=first.registration.learner, papers=[first], way=Way.QR, wall=clock.wall(), **about)
    signed = {"signed_on": clock.london_date(at), "name": "form.pdf", "content": b"%PDF-1.4\n%%EOF\n"}
    kept = record_upload(
        learner=second.registration.learner, papers=[second], **signed, **{**about, "purpose": Purpose.SCRIPTS}
    )
    charge(centre=centre, group="R24-00001", charges=[Charge(FeeKey.MARKING_COMMENTS)], by=officer, at=at)
    invoice(centre=centre, by=officer, at=at)
    pages = ("detail", "again", "withdraw", "sheet")
    return {
        **{(f"consent:{page}", "pk"): [asked.consent.pk] for page in pages},
        ("consent:file", "pk"): [kept.pk],
        ("consent:answer", "token"): [asked.token],
        ("consent:withdraw-own", "token"): [asked.token],
    }


def _requests(centre: Centre) -> dict[tuple[str, str], list[Any]]:
    """A review that is with us, and one that waits for its learner."""
    officer, at = User.objects.get(email="officer@northgate.example"), clock.now()
    rows = Result.objects.filter(centre=centre, series="2024-05", unit__code="FIR-BUS-2").order_by("pk")
    signed, waiting = list(rows.select_related("registration__learner", "series"))[-2:]
    paper = {"held_by": "The office", "signed_on": clock.london_date(at)}
    about = {"purpose": Purpose.REVIEW, "by": officer, "at": at}
    record_paper(learner=signed.registration.learner, papers=[signed], **paper, **about)
    lines = [PickedLine(row.pk, Service.MARKING) for row in (signed, waiting)]
    sent = submit_requests(
        centre=centre, series=signed.series, lines=lines, token="walk", ceiling_pence=0, by=officer, at=at
    )
    references = list(sent.requests.order_by("pk").values_list("case__reference", flat=True))
    return {
        ("postresults:services", "pk"): [signed.pk],
        **{(f"postresults:{page}", "reference"): [sent.reference] for page in ("receipt", "receipt-pdf")},
        **{(f"postresults:{page}", "reference"): references for page in ("request", "message", "withdraw")},
    }


def _cohorts(centre: Centre) -> dict[tuple[str, str], list[Any]]:
    """A concern, comments and a letter that were sent, a script to download for both uses, and a moderated award."""
    officer, at = User.objects.get(email="officer@northgate.example"), clock.now()
    rows = Result.objects.filter(centre=centre, series="2024-05", unit__code="FIR-BUS-2")
    scanned = rows.filter(scripts__anonymous=True).order_by("-mark", "pk").select_related("registration", "series")[0]
    common = {"centre": centre, "series": scanned.series, "by": officer, "at": at}
    line = [PickedLine(scanned.pk, Service.COMMENTS)]
    asked = submit_requests(lines=line, token="comments", ceiling_pence=None, **common).requests.get()
    deliver(request=asked, words="Question 3: one mark more.", by=User.objects.get(email=STAFF), at=at)
    others = [PickedLine(rows.order_by("pk")[0].pk, Service.MARKING)]
    raise_concern(unit="FIR-BUS-2", lines=others, words="Low marks.", token="low", ceiling_pence=0, **common)
    letter = Document.objects.get(case=asked.case)
    file_letter(case=asked.case, title="Outcome of a review", kind="outcome", paragraphs=["Words."], by=officer, at=at)
    _release_moderated(centre)
    return {
        **{("postresults:script", blank): [value] for blank, value in _script(scanned).items()},
        ("postresults:component-zip", "use"): ["review", "teaching"],
        ("postresults:document", "reference"): [asked.case.reference],
        ("postresults:document", "document"): [letter.pk],
        ("postresults:outcome-pdf", "reference"): [asked.case.reference],
        ("postresults:moderate", "series"): ["2024-06"],
        ("postresults:moderate", "unit"): ["TA-HSC-1"],
    }


def _release_moderated(centre: Centre) -> None:
    """The summer's results of an award with a moderated component are out."""
    rows = Result.objects.filter(centre=centre, registration__programme__qualification__family="btec_l2_tech_awards")
    moments = dict.fromkeys(("to_centres_at", "to_candidates_at"), clock.now())
    ResultRelease.objects.filter(pk__in=rows.values("release")).update(**moments)


def _script(scanned: Result) -> dict[str, str]:
    return {"registration": scanned.registration.number, "use": "review"}


def _uploads(centre: Centre) -> dict[tuple[str, str], list[Any]]:
    """A file of every sheet, for its pages."""
    return {
        (f"{chosen.url_name}-{step}", "pk"): [pk]
        for chosen in sheets()
        for pk in [_upload(centre, chosen.key)]
        for step in ("preview", "done", "refused")
    }


def _holds_words(field: Any) -> bool:
    """Free text, not the code of a choice."""
    return isinstance(field, CharField | TextField) and field.name in WORDS and not field.choices


def _plant(centre: Centre) -> None:
    """Put the sentinel in every column of words that the victim owns."""
    Centre.objects.filter(pk=centre.pk).update(name=f"{SENTINEL} College")
    User.objects.filter(memberships__centre=centre).update(name=f"{SENTINEL} Person")
    for model in tenant_models():
        fields = [f.name for f in model._meta.fields if _holds_words(f)]
        if fields:
            owned(model, centre).update(**dict.fromkeys(fields, SENTINEL))
