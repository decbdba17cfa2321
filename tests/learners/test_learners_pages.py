import pytest
from django.urls import reverse

from portal.catalogue.models import Series
from portal.learners.actions import ResultLine, enter, load_results
from portal.learners.models import Entry, Learner, UnitChoice
from tests.factories.learners import AT, College
from tests.factories.people import MembershipFactory, StaffMembershipFactory, signed_in


def at(name, college, **kwargs):
    return reverse(f"learners:{name}", kwargs={"number": college.centre.number, **kwargs})


@pytest.fixture
def officer(college, client):
    return signed_in(client, college.officer)


@pytest.fixture
def registration(college):
    return college.register()


def words(response):
    return " ".join(response.content.decode().split())


PAGES = [
    ("list", {}),
    ("detail", {"candidate": "0012"}),
    ("edit", {"candidate": "0012"}),
    ("units", {"registration": "AB00012"}),
    ("enter", {"registration": "AB00012"}),
    ("upload-learners", {}),
    ("upload-registrations", {}),
    ("upload-entries", {}),
]


@pytest.mark.parametrize(("name", "kwargs"), PAGES)
def test_the_officer_sees_every_page(college, officer, registration, name, kwargs):
    assert officer.get(at(name, college, **kwargs)).status_code == 200


@pytest.mark.parametrize(("name", "kwargs"), PAGES)
def test_a_stranger_is_told_nothing(college, client, registration, name, kwargs):
    stranger = signed_in(client, MembershipFactory(role="officer").user)
    foreign = stranger.get(at(name, college, **kwargs))
    missing = stranger.get(at(name, college, **kwargs).replace(college.centre.number, "99999"))
    assert (foreign.status_code, missing.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [
        ("detail", {"candidate": "0044"}),
        ("edit", {"candidate": "0044"}),
        ("units", {"registration": "ZZ1"}),
        ("enter", {"registration": "ZZ1"}),
    ],
)
def test_rows_of_another_centre_look_as_if_they_were_not(college, officer, name, kwargs):
    other = College()
    other.register("0044", number="ZZ1")
    assert officer.get(at(name, college, **kwargs)).status_code == 404


READS = {"list", "detail"}
GRADES = READS | {"units"}
ALL = GRADES | {"edit", "enter", "upload-learners", "upload-registrations", "upload-entries"}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("head", ALL),
        ("deputy", ALL),
        ("programme", GRADES),
        ("quality", READS),
        ("reader", READS),
        ("senco", READS),
    ],
)
def test_each_role_has_its_pages(college, client, registration, role, allowed):
    signed_in(client, college.member(role))
    for name, kwargs in PAGES:
        expected = 200 if name in allowed else 403
        assert (name, client.get(at(name, college, **kwargs)).status_code) == (name, expected)


def test_a_reader_is_offered_no_act(college, client, registration):
    signed_in(client, college.member("reader"))
    page = words(client.get(at("detail", college, candidate="0012")))
    assert "Set of units" not in page
    assert "Late entry" not in page
    assert "Correct this record" not in page
    signed_in(client, college.officer)
    page = words(client.get(at("detail", college, candidate="0012")))
    assert "Set of units" in page
    assert "Late entry" in page
    assert "Correct this record" in page


def test_the_senco_has_no_link_to_claims(college, client, registration):
    signed_in(client, college.member("senco"))
    page = words(client.get(at("detail", college, candidate="0012")))
    assert reverse("claims:registration", args=[college.centre.number, "AB00012"]) not in page


@pytest.mark.parametrize("query", ["okaf", "Amara Okafor", "okafor, amara", "0012", "12", "9276308686"])
def test_a_learner_is_found_by_name_or_number(college, officer, query):
    college.learner("0012", uln="9276308686")
    college.learner("0013", "Patel", "Ravi")
    page = words(officer.get(at("list", college), {"q": query}))
    assert "Okafor, Amara" in page
    assert "Patel, Ravi" not in page
    assert "1 learner found." in page


def test_the_list_is_paged_by_key_without_names_in_the_address(college, officer):
    for number in range(1, 53):
        college.learner(f"{number:04}", f"Family{number:02}", "Sam")
    first = words(officer.get(at("list", college)))
    assert "Family50, Sam" in first
    assert "Family51, Sam" not in first
    key = Learner.objects.get(candidate_number="0050").pk
    assert f'href="?after={key}"' in first
    second = words(officer.get(at("list", college), {"after": key}))
    assert "Family51, Sam" in second
    assert "Family50, Sam" not in second


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(college, officer, rows, django_assert_max_num_queries):
    for number in range(1, rows + 1):
        college.register(f"{number:04}", number=f"R{number}")
    with django_assert_max_num_queries(12):
        officer.get(at("list", college))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_record_costs_the_same_for_one_and_three(college, officer, rows, django_assert_max_num_queries):
    for number, award in enumerate(["NAT-BUS-EC", "NAT-HSC-EC", "TA22-HSC"][:rows]):
        college.register("0012", award, number=f"R{number}")
    with django_assert_max_num_queries(12):
        officer.get(at("detail", college, candidate="0012"))


def test_the_record_shows_entries_results_and_what_happened(college, officer, registration):
    summer = Series.objects.get(pk="2024-06")
    enter(registration=registration, unit=college.unit("2"), series=summer, by=college.officer, at=AT)
    line = ResultLine(registration.pk, college.unit("3").pk, "2024-01", "M", AT)
    load_results(centre=college.centre, lines=[line], by=None, at=AT)
    page = words(officer.get(at("detail", college, candidate="0012")))
    assert "Unit 2: Developing a Marketing Campaign" in page
    assert "Unit 3: Personal and Business Finance" in page
    assert f"{college.officer.name} entered the learner for unit 2 in the series 2024-06." in page
    assert reverse("claims:registration", args=[college.centre.number, "AB00012"]) in page


# --- correcting a record ---


def test_a_record_is_corrected(college, officer, registration):
    url = at("edit", college, candidate="0012")
    form = {"family_name": "Okafor", "given_name": "Amara Joy", "uln": "9276308686", "version": "1"}
    response = officer.post(url, form)
    assert response.url == at("detail", college, candidate="0012")
    learner = Learner.objects.get()
    assert (learner.given_name, learner.uln, learner.version) == ("Amara Joy", "9276308686", 2)


def test_a_wrong_identifier_is_told_at_its_field(college, officer, registration):
    form = {"family_name": "Okafor", "given_name": "Amara", "uln": "9276308685", "version": "1"}
    page = officer.post(at("edit", college, candidate="0012"), form)
    assert "check digit" in page.context["form"].errors["uln"][0]


def test_a_stale_correction_shows_both_texts(college, officer, registration):
    college.learner(family="Bell")
    form = {"family_name": "Ford", "given_name": "Amara", "version": "1"}
    response = officer.post(at("edit", college, candidate="0012"), form)
    assert response.status_code == 409
    assert "<td>Bell</td><td>Ford</td>" in words(response)
    assert Learner.objects.get().family_name == "Bell"


# --- sets of units ---


def test_the_set_names_mandatory_units_and_what_is_missing(college, officer, registration):
    page = words(officer.get(at("units", college, registration="AB00012")))
    assert "Unit 1: Exploring Business" in page
    assert "always in the set" in page
    assert "300 of 360 guided learning hours: 60 more are needed." in page


def test_a_unit_is_chosen_and_leads_back_to_where_the_learner_stands(college, officer, registration):
    form = {"units": [college.unit("8").pk], "version": "1"}
    response = officer.post(at("units", college, registration="AB00012"), form, follow=True)
    assert response.redirect_chain[0][0] == reverse("claims:registration", args=[college.centre.number, "AB00012"])
    assert "360 of 360 guided learning hours: the set is complete." in words(response)
    assert UnitChoice.objects.filter(registration=registration).count() == 4


def test_a_stale_set_is_not_saved(college, officer, registration):
    url = at("units", college, registration="AB00012")
    officer.post(url, {"units": [college.unit("8").pk], "version": "1"})
    response = officer.post(url, {"units": [college.unit("14").pk], "version": "1"})
    assert response.status_code == 409
    assert set(UnitChoice.objects.values_list("unit__number", flat=True)) == {"1", "2", "3", "8"}


def test_a_unit_of_another_award_cannot_be_ticked(college, officer, registration):
    form = {"units": [college.unit("5", "N16-HSC").pk], "version": "1"}
    response = officer.post(at("units", college, registration="AB00012"), form)
    assert response.context["form"].errors["units"] == ["A unit in the list is not part of this qualification."]


# --- late entries ---


def test_a_late_entry_is_made_once(college, officer, registration):
    url = at("enter", college, registration="AB00012")
    assert 'id="unit-2"' in words(officer.get(url))
    response = officer.post(url, {"unit": college.unit("2").pk}, follow=True)
    assert "Amara is entered for unit 2, Summer 2024." in words(response)
    again = officer.post(url, {"unit": college.unit("2").pk})
    assert "already" in words(again)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("unit", ["1", "6"])
def test_only_external_units_of_the_set_can_be_entered(college, officer, registration, unit):
    url = at("enter", college, registration="AB00012")
    assert officer.post(url, {"unit": college.unit(unit).pk}).status_code == 404
    assert officer.post(url, {"unit": "x"}).status_code == 404
    assert not Entry.objects.exists()


# --- programmes, for staff ---


@pytest.fixture
def casework(client, db):
    return signed_in(client, StaffMembershipFactory(role="casework").user)


def test_staff_release_one_programme(college, casework):
    programme = college.programme()
    url = reverse("admin:learners_programme_act", args=[programme.pk, "release"])
    assert casework.get(url).status_code == 200
    assert casework.post(url).status_code == 302
    programme.refresh_from_db()
    assert programme.released_at is not None
    assert "does not fit how things stand" in words(casework.post(url, follow=True))


def test_staff_release_many_programmes(college, casework):
    chosen = [college.programme().pk, college.programme("NAT-HSC-EC").pk]
    url = reverse("admin:learners_programme_changelist")
    assert "4 programmes waiting for standards verification." in words(casework.get(url))
    form = {"action": "release", "_selected_action": chosen, "confirmed": "1"}
    assert casework.post(url, form).status_code == 302
    released = college.centre.programmes.exclude(released_at=None).values_list("pk", flat=True)
    assert sorted(released) == sorted(chosen)


@pytest.mark.parametrize("role", ["dates", "auditor", "appeals"])
def test_other_staff_cannot_release(college, client, role):
    signed_in(client, StaffMembershipFactory(role=role).user)
    url = reverse("admin:learners_programme_act", args=[college.programme().pk, "release"])
    assert client.post(url).status_code == 403
    assert college.programme().released_at is None


def test_a_centre_cannot_release(college, client):
    signed_in(client, college.officer)
    url = reverse("admin:learners_programme_act", args=[college.programme().pk, "release"])
    assert client.post(url).status_code in (302, 403)
    assert college.programme().released_at is None
