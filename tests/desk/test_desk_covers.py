"""Cover for absence: who may stand in for whom, on which days, and that it ends by itself."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from portal.audit.models import Entry
from portal.desk.actions import end_cover, record_cover
from portal.desk.models import Cover
from portal.desk.queries import in_whose_place, those_to_tell
from portal.desk.rules import Days, check_cover, check_days
from portal.errors import Refused
from portal.notices.models import Notice
from tests.factories.claims import JUNE
from tests.factories.people import StaffMembershipFactory, UserFactory, signed_in

FIRST, LAST = date(2024, 7, 1), date(2024, 7, 5)
BEFORE, AFTER = date(2024, 6, 30), date(2024, 7, 6)
COVERS = "/admin/desk/cover/"


def somebody(name, role="casework"):
    return StaffMembershipFactory(role=role, user__name=name).user


@pytest.fixture
def joanne(db):
    return somebody("Joanne Pike")


@pytest.fixture
def sam(db):
    return somebody("Sam Reed")


@pytest.fixture
def ada(db):
    return somebody("Ada Holm")


def recorded(away, cover, from_on=FIRST, to_on=LAST, by=None):
    return record_cover(away=away, cover=cover, from_on=from_on, to_on=to_on, by=by or away, at=JUNE)


def refusal_of(act):
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value


def days(away, cover, from_on=FIRST, to_on=LAST):
    return Days(away, f"Person {away}", cover, f"Person {cover}", from_on, to_on)


@pytest.mark.parametrize(
    ("wanted", "standing", "code"),
    [
        (days(1, 1), [], "self"),
        (days(1, 2), [days(1, 3)], "overlap"),
        (days(1, 2), [days(1, 2, LAST, AFTER)], "overlap"),
        (days(1, 2), [days(2, 1)], "away"),
        (days(1, 2), [days(2, 3, BEFORE, FIRST)], "away"),
        (days(1, 2), [days(3, 1, LAST, LAST)], "covers"),
        (days(1, 2), [], None),
        (days(1, 2), [days(1, 3, AFTER, AFTER)], None),
        (days(1, 2), [days(3, 2)], None),
        (days(1, 2), [days(2, 1, BEFORE, BEFORE)], None),
    ],
)
def test_one_cover_a_day_and_nobody_in_a_circle(wanted, standing, code):
    if code is None:
        check_cover(wanted, standing=standing)
    else:
        assert refusal_of(lambda: check_cover(wanted, standing=standing)).code == code


def test_the_sentences_name_who_and_when():
    refused = refusal_of(lambda: check_cover(days(1, 2), standing=[days(2, 3)]))
    assert refused.message == (
        "Person 2 is away from Monday 1 July 2024 to Friday 5 July 2024. Choose somebody who is there."
    )


@pytest.mark.parametrize(
    ("from_on", "to_on", "fits"),
    [
        (FIRST, LAST, True),
        (FIRST, FIRST, True),
        (BEFORE, FIRST, True),
        (LAST, FIRST, False),
        (BEFORE, BEFORE, False),
        (FIRST, FIRST + timedelta(days=91), True),
        (FIRST, FIRST + timedelta(days=92), False),
    ],
)
def test_the_days_of_a_cover(from_on, to_on, fits):
    def check():
        check_days(from_on=from_on, to_on=to_on, today=FIRST)

    if fits:
        check()
    else:
        assert refusal_of(check).field == "to_on"


def test_both_days_count_and_it_ends_by_itself(joanne, sam):
    recorded(joanne, sam)
    standing_in = {on: in_whose_place(user=sam, on=on) for on in (BEFORE, FIRST, LAST, AFTER)}
    assert standing_in == {
        BEFORE: [sam.pk],
        FIRST: [sam.pk, joanne.pk],
        LAST: [sam.pk, joanne.pk],
        AFTER: [sam.pk],
    }
    assert in_whose_place(user=joanne, on=FIRST) == [joanne.pk]


def test_what_is_meant_for_somebody_also_goes_to_the_cover(joanne, sam):
    recorded(joanne, sam)
    assert those_to_tell(user=joanne, on=FIRST) == [joanne, sam]
    assert those_to_tell(user=joanne, on=AFTER) == [joanne]
    assert those_to_tell(user=sam, on=FIRST) == [sam]


def test_the_cover_is_told_and_it_is_audited(joanne, sam):
    recorded(joanne, sam)
    notice = Notice.objects.get()
    assert (notice.address, notice.subject) == (sam.email, "You cover for Joanne Pike from Monday 1 July 2024")
    entry = Entry.objects.get(verb="desk.cover_recorded")
    assert entry.data == {"away": joanne.pk, "cover": sam.pk, "from_on": "2024-07-01", "to_on": "2024-07-05"}


def test_it_is_recorded_by_the_person_or_an_administrator(joanne, sam, ada):
    assert refusal_of(lambda: recorded(joanne, sam, by=ada)).code == "permission"
    cover = recorded(joanne, sam, by=somebody("Boss", role="admin"))
    assert refusal_of(lambda: end_cover(cover=cover, by=sam, at=JUNE)).code == "permission"
    end_cover(cover=cover, by=joanne, at=JUNE)
    assert in_whose_place(user=sam, on=FIRST) == [sam.pk]
    assert refusal_of(lambda: end_cover(cover=cover, by=joanne, at=JUNE)).code == "ended"
    recorded(joanne, ada)


def test_a_cover_lends_no_permission(joanne):
    assert refusal_of(lambda: recorded(joanne, somebody("Dates", role="dates"))).code == "role"
    assert refusal_of(lambda: recorded(joanne, UserFactory(name="Centre"))).code == "inactive"


def test_overlap_and_circle_are_refused(joanne, sam, ada):
    recorded(joanne, sam)
    assert refusal_of(lambda: recorded(joanne, ada)).code == "overlap"
    assert refusal_of(lambda: recorded(sam, joanne)).code == "away"
    assert refusal_of(lambda: recorded(sam, ada)).code == "covers"
    assert refusal_of(lambda: recorded(ada, joanne)).code == "away"
    assert Cover.objects.count() == 1


def test_the_database_refuses_days_in_the_wrong_order(joanne, sam):
    with pytest.raises(IntegrityError), transaction.atomic():
        Cover.objects.create(away=joanne, cover=sam, from_on=LAST, to_on=FIRST, recorded_by=joanne, recorded_at=JUNE)


# --- the pages ---


def test_staff_record_their_own_absence_and_colleagues_see_it(joanne, sam, ada):
    client = signed_in(Client(), joanne)
    form = client.get(f"{COVERS}record/").context["form"]
    assert [user.name for user in form.fields["away"].queryset] == ["Joanne Pike"]
    answer = client.post(
        f"{COVERS}record/",
        {"away": joanne.pk, "cover": sam.pk, "from_on": "2024-06-28", "to_on": "2024-07-05"},
        follow=True,
    )
    assert "Sam Reed covers for Joanne Pike from Friday 28 June 2024 to Friday 5 July 2024" in answer.content.decode()
    seen = signed_in(Client(), ada).get(COVERS).content.decode()
    assert "1 colleague covered for today." in seen
    assert "Friday 5 July 2024" in seen


def test_only_an_administrator_records_for_somebody_else(joanne, sam, ada):
    fields = {"away": joanne.pk, "cover": sam.pk, "from_on": "2024-06-28", "to_on": "2024-07-05"}
    refused = signed_in(Client(), ada).post(f"{COVERS}record/", fields)
    assert refused.context["form"].errors.keys() == {"away"}
    boss = somebody("Boss", role="admin")
    assert signed_in(Client(), boss).post(f"{COVERS}record/", fields).status_code == 302
    assert Cover.objects.get().recorded_by == boss


def test_a_refusal_stands_at_its_field(joanne, sam):
    recorded(sam, joanne)
    fields = {"away": joanne.pk, "cover": sam.pk, "from_on": "2024-07-05", "to_on": "2024-07-05"}
    form = signed_in(Client(), joanne).post(f"{COVERS}record/", fields).context["form"]
    assert form.errors["cover"] == [
        "Sam Reed is away from Monday 1 July 2024 to Friday 5 July 2024. Choose somebody who is there."
    ]


def test_it_is_ended_on_its_page_by_those_who_may(joanne, sam):
    cover = recorded(joanne, sam)
    assert "End this cover" not in signed_in(Client(), sam).get(f"{COVERS}{cover.pk}/change/").content.decode()
    client = signed_in(Client(), joanne)
    assert "End this cover" in client.get(f"{COVERS}{cover.pk}/change/").content.decode()
    client.post(f"{COVERS}{cover.pk}/act/end/")
    assert Cover.objects.get().ended_by == joanne


@pytest.mark.parametrize(
    ("roles", "words"), [(["casework"], "casework"), (["casework", "dates"], "casework and key-dates editor")]
)
def test_the_header_says_who_works_and_as_what(db, roles, words):
    user = somebody("Joanne Pike", role=roles[0])
    for role in roles[1:]:
        StaffMembershipFactory(user=user, role=role)
    page = signed_in(Client(), user).get(COVERS).content.decode()
    assert f"<b>Joanne Pike</b>, {words}</li>" in page
