"""Keyset pages over rows that tie, in both directions."""

import pytest

from portal.centres.models import Centre
from portal.web.pages import keyset

pytestmark = pytest.mark.django_db
ORDER = ("name", "number")


@pytest.fixture
def centres():
    names = ["Ash", "Ash", "Ash", "Birch", "Birch", "Cedar", "Cedar"]
    rows = [Centre(number=f"{40000 + place}", name=name, nation="england") for place, name in enumerate(names)]
    return Centre.objects.bulk_create(rows)


def page(size=2, **place):
    everyone = Centre.objects.filter(number__startswith="4")
    return keyset(everyone, order=ORDER, anchors=everyone, size=size, **place)


def numbers(found):
    return [row.number for row in found.rows]


def forwards(size):
    found = page(size)
    walked = [numbers(found)]
    while found.next:
        found = page(size, after=found.next)
        walked.append(numbers(found))
    return walked, found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_walking_forwards_shows_every_row_once_in_order(centres, size):
    walked, _ = forwards(size)
    assert [number for rows in walked for number in rows] == [centre.number for centre in centres]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_walking_back_shows_the_same_rows(centres, size):
    walked, found = forwards(size)
    back = []
    while found.previous:
        found = page(size, before=found.previous)
        back = numbers(found) + back
    assert back == [number for rows in walked[:-1] for number in rows]


def test_the_ends_have_no_link_beyond(centres):
    first, (_, last) = page(), forwards(2)
    assert (first.previous, last.next) == ("", "")


@pytest.mark.parametrize("key", ["x", "-1", "999999999", "9" * 40, "1 OR 1=1"])
def test_a_tampered_key_shows_the_first_page(centres, key):
    assert numbers(page(after=key)) == numbers(page())


def test_a_row_that_left_the_list_still_marks_the_place(centres):
    anchors = Centre.objects.filter(number__startswith="4")
    rest = anchors.exclude(pk=centres[1].pk)
    found = keyset(rest, order=ORDER, anchors=anchors, after=str(centres[1].pk), size=2)
    assert numbers(found) == [centres[2].number, centres[3].number]
