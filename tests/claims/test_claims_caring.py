"""Who looks after which centre before the date: taken, given, many at once, and by the cover while somebody is away."""

from datetime import date

import pytest
from django.test import Client

from claims.actions import claim_those_ready, query_claims
from claims.actions.caring import give_centres, take_centres
from claims.models import Care, Claim
from portal.audit.models import Entry
from portal.casework.models import Interest
from portal.centres.models import Centre
from portal.desk.actions import record_cover
from portal.errors import Refused
from portal.notices.models import Notice
from tests.factories.claims import JUNE, learner_on, programme, summer
from tests.factories.people import CentreFactory, MembershipFactory, StaffMembershipFactory, signed_in

pytestmark = pytest.mark.django_db
LIST = "/admin/claims/centrestanding/"
TODAY = date(2024, 6, 28)


@pytest.fixture
def centres():
    places = [programme(CentreFactory()) for _ in range(3)]
    for place in places:
        learner_on(place)
    return [place.centre for place in places]


def somebody(name, role="casework"):
    return StaffMembershipFactory(role=role, user__name=name).user


@pytest.fixture
def joanne():
    return somebody("Joanne Pike")


@pytest.fixture
def sam():
    return somebody("Sam Reed")


@pytest.fixture
def staff(joanne):
    return signed_in(Client(), joanne)


def ids(centres):
    return [centre.pk for centre in centres]


def gave(centres, to, by):
    return give_centres(centre_ids=ids(centres), series=summer(), to=to, by=by, at=JUNE)


def took(centres, by):
    return take_centres(centre_ids=ids(centres), series=summer(), by=by, at=JUNE)


def owners():
    return {care.centre_id: care.owner.name for care in Care.objects.select_related("owner")}


def numbers(page):
    return [row.number for row in page.context["cl"].result_list]


def test_taking_leaves_what_a_colleague_has(centres, joanne, sam):
    assert took(centres[:1], sam).number == 1
    taken = took(centres, joanne)
    assert taken.number == 2
    assert taken.refused == (f"Sam Reed looks after {centres[0]}.",)
    assert owners() == {centres[0].pk: "Sam Reed", centres[1].pk: "Joanne Pike", centres[2].pk: "Joanne Pike"}
    assert not Notice.objects.exists()


def test_giving_moves_what_somebody_has_and_tells_the_new_owner(centres, joanne, sam):
    took(centres, joanne)
    assert gave(centres, sam, joanne).number == 3
    assert set(owners().values()) == {"Sam Reed"}
    notice = Notice.objects.get()
    assert (notice.address, notice.subject) == (sam.email, "3 centres to look after, given by Joanne Pike")
    assert all(str(centre) in notice.text for centre in centres)
    entry = Entry.objects.filter(verb="claims.centre_given").last()
    assert entry.data == {"to": sam.pk, "series": "2024-06"}


def test_refusals_are_listed_and_the_rest_is_given(centres, joanne, sam):
    suspended, interest, own = centres
    free = programme(CentreFactory()).centre
    Centre.objects.filter(pk=suspended.pk).update(suspended_at=JUNE)
    Interest.objects.create(user=sam, centre=interest, part="interest", declared_at=JUNE)
    took([own], sam)
    given = gave([*centres, free], sam, joanne)
    assert (given.number, given.refused) == (
        1,
        (
            f"{suspended} is suspended.",
            f"Sam Reed has an interest in {interest}.",
            f"Sam Reed looks after {own} already.",
        ),
    )
    assert given.words("Done.") == "Done. 3 left: " + " ".join(given.refused)
    assert owners()[free.pk] == "Sam Reed"
    assert suspended.pk not in owners()


def test_an_interest_in_one_paper_keeps_nobody_from_ringing(centres, joanne, sam):
    learner = centres[0].learners.get()
    Interest.objects.create(user=sam, centre=centres[0], learner=learner, part="interest", declared_at=JUNE)
    assert gave(centres, sam, joanne).number == 3


def test_somebody_who_rings_no_centres_gets_none(centres, joanne):
    with pytest.raises(Refused) as refusal:
        gave(centres, somebody("Dates", role="dates"), joanne)
    assert refusal.value.code == "permission"
    assert not Care.objects.exists()


def test_where_nothing_is_given_the_form_says_why(centres, staff, sam):
    took(centres[:1], sam)
    answer = staff.post(f"{LIST}{centres[0].pk}/act/assign/", {"to": sam.pk})
    assert answer.context["form"].errors["to"] == [f"Nothing was given. Sam Reed looks after {centres[0]} already."]


def test_the_list_shows_whose_and_filters_by_it(centres, staff, joanne, sam):
    mine, theirs, nobodys = sorted(centres, key=lambda centre: centre.number)
    took([mine], joanne)
    took([theirs], sam)
    assert numbers(staff.get(LIST)) == [mine.number, theirs.number, nobodys.number]
    assert numbers(staff.get(LIST, {"whose": "mine"})) == [mine.number]
    assert numbers(staff.get(LIST, {"whose": "nobody"})) == [nobodys.number]
    page = staff.get(LIST).content.decode()
    assert "Sam Reed" in page and "Nobody yet" in page


def test_a_bulk_act_gives_many_and_lists_what_was_left(centres, staff, joanne, sam):
    took(centres[:1], sam)
    picked = {"action": "assign", "_selected_action": ids(centres), "confirmed": "yes", "to": sam.pk}
    page = staff.post(LIST, picked, follow=True).content.decode()
    assert "Sam Reed was given 2 centres. 1 left:" in page
    assert len(owners()) == 3


def test_what_is_theirs_is_in_the_covers_list_for_as_long_as_it_lasts(centres, staff, joanne, sam):
    took(centres, sam)
    assert numbers(staff.get(LIST, {"whose": "mine"})) == []
    cover = record_cover(away=sam, cover=joanne, from_on=TODAY, to_on=TODAY, by=sam, at=JUNE)
    assert len(numbers(staff.get(LIST, {"whose": "mine"}))) == 3
    assert "Sam Reed (away, Joanne Pike covers)" in staff.get(LIST).content.decode()
    assert set(owners().values()) == {"Sam Reed"}
    type(cover).objects.update(from_on=date(2024, 6, 20), to_on=date(2024, 6, 27))
    assert numbers(staff.get(LIST, {"whose": "mine"})) == []


def test_the_cover_hears_what_the_owner_hears(centres, joanne, sam):
    ada = somebody("Ada Holm")
    record_cover(away=sam, cover=ada, from_on=TODAY, to_on=TODAY, by=sam, at=JUNE)
    Notice.objects.all().delete()
    gave(centres, sam, joanne)
    assert {notice.address for notice in Notice.objects.all()} == {sam.email, ada.email}


def test_the_queues_of_claims_and_questions_say_who_looks_after_the_centre(staff, joanne):
    place = programme(CentreFactory())
    number = learner_on(place).number
    officer = MembershipFactory(centre=place.centre, role="officer").user
    claim_those_ready(centre=place.centre, series=summer(), numbers=[number], token="t", by=officer, at=JUNE)
    claim = Claim.objects.get()
    took([place.centre], joanne)
    for address in ("/admin/claims/claim/", "/admin/claims/query/"):
        if "query" in address:
            query_claims(claim_ids=[claim.pk], question="Why?", answer_by=date(2024, 7, 2), by=joanne, at=JUNE)
        assert len(staff.get(address, {"whose": "mine"}).context["cl"].result_list) == 1
        assert len(staff.get(address, {"whose": "nobody"}).context["cl"].result_list) == 0
        assert '"field-looked_after_by">Joanne Pike</td>' in staff.get(address).content.decode()


@pytest.mark.parametrize(("role", "code"), [("casework", 200), ("auditor", 403), ("dates", 403)])
def test_who_may_give_centres(centres, role, code):
    client = signed_in(Client(), somebody("Somebody", role=role))
    assert client.get(f"{LIST}{centres[0].pk}/act/assign/").status_code == code
