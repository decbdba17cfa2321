"""Saved filters: they stand over their queue, for those who may see it, and never break it."""

import pytest
from django.test import Client

from portal.audit.models import Entry
from portal.desk.actions import change_filter, delete_filters, save_filter
from portal.desk.models import SavedFilter
from portal.errors import Refused
from tests.factories.casework import AT
from tests.factories.claims import summer
from tests.factories.people import StaffMembershipFactory, signed_in

pytestmark = pytest.mark.django_db
CENTRES = "/admin/centres/centre/"
SAVED = "/admin/desk/savedfilter/"


@pytest.fixture
def joanne():
    return StaffMembershipFactory(role="casework", user__name="Joanne Pike").user


@pytest.fixture
def sam():
    return StaffMembershipFactory(role="casework", user__name="Sam Reed").user


@pytest.fixture
def staff(joanne):
    return signed_in(Client(), joanne)


def saved(by, *, queue="centres.centre", query="nation__exact=wales", name="Wales", shared=False):
    return save_filter(queue=queue, query=query, name=name, shared=shared, by=by, at=AT)


def page(client, address=CENTRES, **query):
    return client.get(address, query).content.decode()


def test_the_filters_in_the_address_are_saved_under_a_name_and_stand_over_the_list(staff):
    assert "Save these filters" not in page(staff)
    listed = page(staff, nation__exact="wales", q="College", p="1")
    address = f"{SAVED}save/?queue=centres.centre&asks=nation__exact%3Dwales%26q%3DCollege"
    assert address.replace("&", "&amp;") in listed
    asked = staff.get(address)
    assert asked.status_code == 200
    answer = staff.post(address, {"name": "Welsh colleges", "shared": "on"})
    assert answer["Location"] == f"{CENTRES}?nation__exact=wales&q=College"
    row = SavedFilter.objects.get()
    assert (row.queue, row.query, row.shared) == ("centres.centre", "nation__exact=wales&q=College", True)
    listed = page(staff, nation__exact="wales", q="College")
    assert f'<a href="{SAVED}{row.pk}/open/" aria-current="page">Welsh colleges</a>' in listed
    assert "Save these filters" not in listed
    assert Entry.objects.get(verb="desk.filter_saved").data == {"queue": "centres.centre", "shared": True}


def test_a_filter_opens_its_list(staff, joanne):
    row = saved(joanne)
    assert staff.get(f"{SAVED}{row.pk}/open/")["Location"] == f"{CENTRES}?nation__exact=wales"


@pytest.mark.parametrize(
    ("queue", "query", "left"),
    [
        ("centres.centre", "colour=red&nation__exact=wales", "nation__exact=wales"),
        ("centres.centre", "suspended_at__gte=yesterday", ""),
        ("centres.centre", "nation__exact=wales&o=999", "nation__exact=wales&o=999"),
        ("claims.claim", "stands=lost&whose=mine", "whose=mine"),
        ("claims.claim", "late=7", ""),
    ],
)
def test_a_filter_that_does_not_fit_opens_the_list_with_a_sentence(staff, joanne, queue, query, left):
    row = saved(joanne, queue=queue, query=query)
    answer = staff.get(f"{SAVED}{row.pk}/open/", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[0][0].partition("?")[2] == left
    assert ("asks for something that this list does not know" in answer.content.decode()) is (left != query)


def test_control_the_same_words_in_the_address_are_refused_by_the_list(staff):
    assert staff.get(CENTRES, {"suspended_at__gte": "yesterday"}).status_code == 400


def test_a_colleague_sees_what_is_shared_and_nothing_else(joanne, sam):
    own, shared = saved(joanne, name="Own"), saved(joanne, name="Shared", shared=True)
    client = signed_in(Client(), sam)
    listed = page(client)
    assert ">Shared</a>" in listed and "by Joanne Pike" in listed
    assert ">Own</a>" not in listed
    assert client.get(f"{SAVED}{own.pk}/open/").status_code == 404
    assert client.get(f"{SAVED}{shared.pk}/open/").status_code == 302
    assert [row.name for row in client.get(SAVED).context["cl"].result_list] == ["Shared"]


def test_a_shared_filter_opens_no_list_to_those_who_may_not_see_it(joanne):
    summer()
    row = saved(joanne, queue="claims.claim", query="whose=mine", shared=True)
    panel = signed_in(Client(), StaffMembershipFactory(role="panel").user)
    assert panel.get(f"{SAVED}{row.pk}/open/").status_code == 404
    assert panel.get(f"{SAVED}save/?queue=claims.claim&asks=q%3D1").status_code == 404
    assert panel.get(f"{SAVED}save/?queue=no.such&asks=q%3D1").status_code == 404


def test_its_owner_renames_shares_and_deletes_it(staff, joanne):
    row = saved(joanne)
    staff.post(f"{SAVED}{row.pk}/act/change/", {"name": "Cymru", "shared": "on"})
    row.refresh_from_db()
    assert (row.name, row.shared) == ("Cymru", True)
    staff.post(f"{SAVED}{row.pk}/act/delete/")
    assert not SavedFilter.objects.exists()
    verbs = Entry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["desk.filter_saved", "desk.filter_changed", "desk.filter_deleted"]


def test_a_colleague_can_neither_rename_nor_delete_it(joanne, sam):
    row = saved(joanne, shared=True)
    client = signed_in(Client(), sam)
    assert "act/delete" not in page(client, f"{SAVED}{row.pk}/change/")
    refused = client.post(f"{SAVED}{row.pk}/act/delete/")
    assert "belongs to Joanne Pike" in refused.content.decode()
    for act in (
        lambda: change_filter(saved=row, name="Mine", shared=False, by=sam, at=AT),
        lambda: delete_filters(ids=[row.pk], by=sam, at=AT),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "owner"
    assert SavedFilter.objects.get().name == "Wales"


def test_one_name_once_over_a_list(joanne, sam):
    saved(joanne)
    saved(sam)
    saved(joanne, queue="claims.claim")
    other = saved(joanne, name="Scotland")
    for act in (
        lambda: saved(joanne, name=" Wales "),
        lambda: change_filter(saved=other, name="Wales", shared=False, by=joanne, at=AT),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert (refusal.value.code, refusal.value.field) == ("name", "name")


@pytest.mark.parametrize(("query", "code"), [("", "empty"), ("q=" + "x" * 1000, "long")])
def test_there_is_something_to_save_and_not_too_much(joanne, query, code):
    with pytest.raises(Refused) as refusal:
        saved(joanne, query=query)
    assert refusal.value.code == code


def test_more_saved_filters_cost_no_more_queries(staff, joanne, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    saved(joanne)
    with CaptureQueriesContext(connection) as one:
        page(staff)
    for number in range(3):
        saved(joanne, name=f"Another {number}", shared=True)
    with django_assert_num_queries(len(one)):
        page(staff)
