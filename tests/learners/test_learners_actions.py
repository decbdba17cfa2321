from datetime import date

import pytest

from portal.audit.models import Entry as AuditEntry
from portal.catalogue.models import Qualification, Series
from portal.errors import Refused, Stale
from portal.learners import watchers
from portal.learners.actions import (
    EntryLine,
    LearnerLine,
    RegistrationLine,
    ResultLine,
    Saved,
    add_units,
    approve_programmes,
    choose_units,
    correct_learner,
    enter,
    load_results,
    release_programme,
    release_programmes,
    save_entries,
    save_learners,
    save_registrations,
)
from portal.learners.models import Entry, Learner, Registration, Result, UnitChoice
from tests.factories.learners import AT, College


@pytest.fixture
def told(monkeypatch):
    """What watchers are told, in order."""
    heard = []
    monkeypatch.setattr(watchers, "_WATCHERS", [lambda ids, at: heard.append((sorted(ids), at))])
    monkeypatch.setattr(watchers, "_GUARDS", [])
    return heard


def test_learners_are_added_and_updated(college):
    lines = [
        LearnerLine("0012", "Okafor", "Amara", date(2006, 3, 9), "9276308686", "12345B240001"),
        LearnerLine("0013", "Patel", "Ravi"),
    ]
    assert save_learners(centre=college.centre, lines=lines, by=college.officer, at=AT) == Saved(2, 0)
    amara = Learner.objects.get(candidate_number="0012")
    assert (amara.uln, amara.uci, amara.version) == ("9276308686", "12345B240001R", 1)
    assert save_learners(centre=college.centre, lines=lines, by=college.officer, at=AT) == Saved(0, 0)
    assert AuditEntry.objects.filter(verb="learners.saved").count() == 1


def test_an_empty_value_leaves_what_is_stored(college):
    college.learner("0012", uln="9276308686", born_on=date(2006, 3, 9))
    college.learner("0012", family="Okafor-Bell")
    row = Learner.objects.get(candidate_number="0012")
    assert (row.family_name, row.uln, row.born_on, row.version) == ("Okafor-Bell", "9276308686", date(2006, 3, 9), 2)


def test_a_learner_number_belongs_to_one_learner(college):
    college.learner("0012", uln="9276308686")
    with pytest.raises(Refused, match="belongs to candidate 0012"):
        college.learner("0013", uln="9276308686")


def test_saving_learners_costs_the_same_for_many(college, django_assert_max_num_queries):
    lines = [LearnerLine(f"{n:04}", "Family", f"Given {n}") for n in range(1, 401)]
    with django_assert_max_num_queries(15):
        save_learners(centre=college.centre, lines=lines, by=college.officer, at=AT)


def test_a_correction_tells_the_watchers(college, told):
    registration = college.register()
    told.clear()
    line = LearnerLine("0012", "Okafor", "Amara Joy")
    assert correct_learner(learner=registration.learner, line=line, version=1, by=college.officer, at=AT)
    assert told == [([registration.pk], AT)]
    assert not correct_learner(learner=registration.learner, line=line, version=2, by=college.officer, at=AT)


def test_a_stale_correction_shows_both_texts(college):
    learner = college.learner()
    college.learner(family="Bell")
    with pytest.raises(Stale) as stale:
        correct_learner(
            learner=learner, line=LearnerLine("0012", "Ford", "Amara"), version=1, by=college.officer, at=AT
        )
    assert (stale.value.theirs, stale.value.yours) == ("Bell, Amara", "Ford, Amara")


def test_a_registration_takes_every_mandatory_unit(college, told):
    registration = college.register()
    units = registration.choices.order_by("unit__number").values_list("unit__number", flat=True)
    assert list(units) == ["1", "2", "3"]
    assert told == [([registration.pk], AT)]
    assert registration.registered_on == date(2024, 6, 28)


def test_a_registration_may_move_to_another_series(college):
    college.register()
    college.register(series="2025-06")
    row = Registration.objects.get()
    assert (row.series_id, row.version) == ("2025-06", 2)


def test_registrations_of_others_are_refused(college):
    other = College()
    stranger = other.register("0001", number="ZZ1")
    with pytest.raises(Refused, match="not one of your centre"):
        _register(college, stranger.learner_id, college.programme().pk, "AA1")
    mine = college.learner()
    with pytest.raises(Refused, match="not approved"):
        _register(college, mine.pk, stranger.programme_id, "AA1")
    with pytest.raises(Refused, match="cannot be used"):
        _register(college, mine.pk, college.programme().pk, "ZZ1")


def test_a_learner_is_registered_once_for_a_qualification(college):
    registration = college.register()
    with pytest.raises(Refused, match="registered for the qualification already"):
        _register(college, registration.learner_id, registration.programme_id, "AA1")


def _register(college, learner_id, programme_id, number):
    line = RegistrationLine(learner_id, programme_id, "2024-06", number)
    save_registrations(centre=college.centre, lines=[line], by=college.officer, at=AT)


def test_a_set_of_units_keeps_what_is_mandatory(college, told):
    registration = college.register()
    eight, fourteen = college.unit("8"), college.unit("14")
    assert choose_units(registration=registration, unit_ids=[eight.pk], by=college.officer, at=AT, version=1)
    assert _numbers(registration) == {"1", "2", "3", "8"}
    assert choose_units(registration=registration, unit_ids=[fourteen.pk], by=college.officer, at=AT, version=2)
    assert _numbers(registration) == {"1", "2", "3", "14"}
    assert not choose_units(registration=registration, unit_ids=[fourteen.pk], by=college.officer, at=AT)
    with pytest.raises(Stale):
        choose_units(registration=registration, unit_ids=[], by=college.officer, at=AT, version=2)


def test_a_foreign_unit_is_refused(college):
    registration = college.register()
    foreign = college.unit("5", prefix="N16-HSC")
    with pytest.raises(Refused, match="not part of the qualification"):
        choose_units(registration=registration, unit_ids=[foreign.pk], by=college.officer, at=AT)
    with pytest.raises(Refused, match="not part of the learner"):
        add_units(centre=college.centre, choices=[(registration.pk, foreign.pk)], by=college.officer, at=AT)


def test_a_guard_may_object_to_a_change_of_the_set(college, monkeypatch):
    registration = college.register()

    def objection(ids):
        raise Refused("Claimed already.")

    monkeypatch.setattr(watchers, "_GUARDS", [objection])
    with pytest.raises(Refused, match="Claimed already"):
        choose_units(registration=registration, unit_ids=[college.unit("8").pk], by=college.officer, at=AT)
    assert _numbers(registration) == {"1", "2", "3"}


def test_units_are_added_in_bulk_once(college):
    registration = college.register()
    choices = [(registration.pk, college.unit("8").pk), (registration.pk, college.unit("1").pk)]
    assert add_units(centre=college.centre, choices=choices, by=college.officer, at=AT) == 1
    assert add_units(centre=college.centre, choices=choices, by=college.officer, at=AT) == 0


def test_units_of_another_centre_are_refused(college):
    other = College()
    registration = college.register()
    with pytest.raises(Refused):
        add_units(centre=other.centre, choices=[(registration.pk, college.unit("8").pk)], by=None, at=AT)


def test_an_entry_counts_at_once_and_once(college, told):
    registration = college.register()
    told.clear()
    summer = Series.objects.get(pk="2024-06")
    entry = enter(registration=registration, unit=college.unit("2"), series=summer, by=college.officer, at=AT)
    assert entry.entered_on == date(2024, 6, 28)
    assert told == [([registration.pk], AT)]
    with pytest.raises(Refused, match="already"):
        enter(registration=registration, unit=college.unit("2"), series=summer, by=college.officer, at=AT)


@pytest.mark.parametrize(("unit", "words"), [("1", "assessed by your centre"), ("6", "not in the learner’s set")])
def test_an_entry_that_cannot_be(college, unit, words):
    registration = college.register()
    summer = Series.objects.get(pk="2024-06")
    with pytest.raises(Refused, match=words):
        enter(registration=registration, unit=college.unit(unit), series=summer, by=college.officer, at=AT)


def test_entries_in_bulk(college):
    registration = college.register()
    lines = [EntryLine(registration.pk, college.unit(n).pk, "2024-06", date(2024, 3, 1)) for n in ("2", "3", "3")]
    assert save_entries(centre=college.centre, lines=lines, by=college.officer, at=AT) == 2
    assert save_entries(centre=college.centre, lines=lines, by=college.officer, at=AT) == 0
    assert set(Entry.objects.values_list("entered_on", flat=True)) == {date(2024, 3, 1)}
    with pytest.raises(Refused):
        save_entries(
            centre=college.centre,
            lines=[EntryLine(registration.pk, college.unit("1").pk, "2024-06")],
            by=college.officer,
            at=AT,
        )


def test_results_are_loaded_once(college):
    registration = college.register()
    lines = [ResultLine(registration.pk, college.unit("2").pk, "2024-01", "M", AT)]
    assert load_results(centre=college.centre, lines=lines, by=None, at=AT) == 1
    assert load_results(centre=college.centre, lines=lines, by=None, at=AT) == 0
    assert Result.objects.get().grade == "M"
    changed = [ResultLine(registration.pk, college.unit("2").pk, "2024-01", "D", AT)]
    with pytest.raises(Refused, match="Only a decision changes it"):
        load_results(centre=college.centre, lines=changed, by=None, at=AT)


@pytest.mark.parametrize(("unit", "grade"), [("1", "M"), ("2", "D*")])
def test_results_that_cannot_be(college, unit, grade):
    registration = college.register()
    line = ResultLine(registration.pk, college.unit(unit).pk, "2024-01", grade, AT)
    with pytest.raises(Refused):
        load_results(centre=college.centre, lines=[line], by=None, at=AT)


def test_a_programme_is_released_once(college, told):
    registration = college.register()
    told.clear()
    programme = college.programme()
    release_programme(programme=programme, by=college.officer, at=AT)
    programme.refresh_from_db()
    assert (programme.released_at, programme.released_by) == (AT, college.officer)
    assert told == [([registration.pk], AT)]
    with pytest.raises(Refused, match="released already"):
        release_programme(programme=programme, by=college.officer, at=AT)
    others = [college.programme("NAT-HSC-EC"), programme]
    assert release_programmes(programmes=others, by=college.officer, at=AT) == 1


def test_approving_twice_changes_nothing(college):
    awards = list(Qualification.objects.filter(code="NAT-BUS-EC"))
    before = AuditEntry.objects.count()
    (programme,) = approve_programmes(centre=college.centre, qualifications=awards, by=None, at=AT)
    assert programme == college.programme()
    assert AuditEntry.objects.count() == before


def _numbers(registration):
    return set(UnitChoice.objects.filter(registration=registration).values_list("unit__number", flat=True))
