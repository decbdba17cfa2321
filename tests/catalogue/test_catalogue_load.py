from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from portal.audit.models import Entry
from portal.catalogue.actions import Loaded, load_catalogue
from portal.catalogue.models import AwardRule, Grade, Part, Qualification, Series, Unit
from portal.catalogue.rules import content
from portal.catalogue.rules.content import can_reach
from portal.errors import Refused

AT = datetime(2024, 6, 28, 9, tzinfo=UTC)


@pytest.fixture
def loaded(db):
    return load_catalogue(at=AT)


def test_every_award_can_be_reached_with_the_units_listed(loaded):
    for rule in AwardRule.objects.select_related("qualification"):
        parts = list(rule.qualification.parts.select_related("unit"))
        fixed = sum(part.unit.guided_hours for part in parts if part.mandatory)
        optional = [part.unit.guided_hours for part in parts if not part.mandatory]
        assert can_reach(rule.total_hours, fixed=fixed, optional=optional), rule.qualification.code


def test_a_total_out_of_reach_is_seen():
    assert can_reach(360, fixed=300, optional=[60, 60])
    assert not can_reach(350, fixed=300, optional=[60, 60])


def test_the_worked_example_has_its_units_and_thresholds(loaded):
    award = Qualification.objects.get(code="NAT-BUS-EC")
    assert str(award) == "Business, Extended Certificate, level 3"
    mandatory = award.parts.filter(mandatory=True).order_by("unit__number")
    assert [(p.unit.number, p.unit.kind, p.unit.guided_hours) for p in mandatory] == [
        ("1", "internal", 90),
        ("2", "external", 90),
        ("3", "external", 120),
    ]
    rule = award.rules.get()
    assert (rule.in_force_from, rule.total_hours, rule.pass_hours) == (date(2016, 9, 1), 360, 0)
    assert {t.grade: t.points for t in rule.thresholds.all()} == {"P": 36, "M": 52, "D": 74, "D*": 90}


def test_the_extended_diploma_asks_for_900_hours_at_pass(loaded):
    hours = dict(AwardRule.objects.filter(pass_hours__gt=0).values_list("qualification__code", "pass_hours"))
    assert hours == {"NAT-BUS-ED": 900, "NAT-HSC-ED": 900}


def test_a_tech_award_ends_with_its_external_component(loaded):
    award = Qualification.objects.get(code="TA22-HSC")
    assert str(award) == "Health and Social Care, Tech Award, level 2"
    lines = [(p.unit.number, p.unit.kind, p.terminal) for p in award.parts.order_by("unit__number")]
    assert lines == [("1", "internal", False), ("2", "internal", False), ("3", "external", True)]
    assert str(Unit.objects.get(code="TA-HSC-3")) == "Component 3: Health and Wellbeing"


def test_thresholds_name_grades_of_the_scale(loaded):
    for rule in AwardRule.objects.select_related("qualification"):
        grades = set(Grade.objects.filter(scale=rule.qualification.scale).values_list("code", flat=True))
        assert {t.grade for t in rule.thresholds.all()} <= grades


def test_only_confirmed_awards_have_thresholds(loaded):
    graded = AwardRule.objects.filter(thresholds__isnull=False).values_list("qualification__family", flat=True)
    assert set(graded) == {"btec_l3_nationals"}


def test_loading_twice_changes_nothing(loaded):
    assert loaded.new > 300
    assert load_catalogue(at=AT) == Loaded(new=0, changed=0)
    assert Entry.objects.filter(verb="catalogue.loaded").count() == 1


def test_a_row_that_differs_is_brought_back(loaded):
    Unit.objects.filter(code="N16-BUS-1").update(title="Something else")
    assert load_catalogue(at=AT) == Loaded(new=0, changed=1)
    assert Unit.objects.get(code="N16-BUS-1").title == "Exploring Business"


def test_an_award_rule_is_never_edited(loaded):
    AwardRule.objects.filter(qualification__code="NAT-BUS-EC").update(total_hours=361)
    with pytest.raises(Refused, match="Add a rule with a later date"):
        load_catalogue(at=AT)


def test_loading_is_set_based(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        load_catalogue(at=AT)


def test_series_and_labels_in_words(loaded):
    assert Series.objects.get(pk="2024-06").title == "Summer 2024"
    assert Series.objects.get(pk="2024-01").title == "January 2024"
    assert Series.objects.order_by("-pk")[0].pk == "2027-06"
    label = Grade.objects.values_list("label", flat=True)
    assert label.get(scale="nat_single", code="D*") == "Distinction*"
    assert label.get(scale="tech_award_2022", code="L2P") == "Level 2 Pass"
    assert label.get(scale="nat_triple", code="DMM") == "DMM"


def test_every_family_is_one_of_the_thirteen(loaded):
    families = content().families
    assert len(families) == 13
    assert set(Qualification.objects.values_list("family", flat=True)) <= set(families)


def test_every_part_is_listed_once(loaded):
    assert Part.objects.count() == sum(len(q["mandatory"]) + len(q["optional"]) for q in content().qualifications)


def test_the_command_says_what_it_did(db, capsys):
    call_command("load_catalogue")
    assert " new, 0 changed" in capsys.readouterr().out
