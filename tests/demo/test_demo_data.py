"""What a visitor finds: the counts and people that the contract names."""

import io
import json

from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db.models import F
from django.test import TestCase

from claims.actions import GradeLine, check_readiness, record_grades
from claims.models import Claim, Query, Readiness, Submission, UnitGrade
from claims.rules import ClaimStatus, State
from portal import clock
from portal.accounts.models import User
from portal.audit.queries import verify
from portal.catalogue.models import ClaimKind
from portal.centres.models import Membership, StaffMembership
from portal.demo.actions import load
from portal.demo.models import DemoMark
from portal.demo.queries import contents
from portal.intake.models import Upload
from portal.learners.actions import choose_units
from portal.learners.models import Registration
from portal.notices.models import Notice
from tests.demo.conftest import LOADED_AT


def tracker(number):
    out = io.StringIO()
    call_command("tracker", number, series="2024-06", json=True, stdout=out)
    return json.loads(out.getvalue())


class TestDemonstration(TestCase):
    """One load for all of them: each test's changes are rolled back."""

    @classmethod
    def setUpTestData(cls):
        load(at=LOADED_AT)

    def test_the_tracker_counts_what_the_contract_says(self):
        counts = {
            "12345": {"ready": 34, "blocked": 3, "claimed": 88, "issued": 0},
            "23456": {"ready": 12, "blocked": 1, "claimed": 5, "issued": 0},
        }
        for number, expected in counts.items():
            assert {state: tracker(number)[state] for state in expected} == expected
            row = next(row for row in contents() if row["number"] == number)
            assert {state: row[state] for state in expected} == expected

    def test_the_three_blocked_are_blocked_for_three_reasons(self):
        blocked = Readiness.objects.filter(centre__number="12345", series="2024-06", state=State.BLOCKED.value)
        rows = blocked.order_by("candidate_number")
        assert [(row.candidate_number, [reason["code"] for reason in row.reasons]) for row in rows] == [
            ("3064", ["units_ineligible"]),
            ("3107", ["unit_grade_missing"]),
            ("3112", ["not_released"]),
        ]

    def test_each_thing_that_the_centre_can_put_right_makes_the_learner_ready(self):
        officer = User.objects.get(email="officer@northgate.example")
        petrova, reid = (Registration.objects.get(number=f"R12345{number}") for number in ("3064", "3107"))
        options = petrova.choices.filter(unit__parts__mandatory=False).values_list("unit", flat=True)
        choose_units(registration=petrova, unit_ids=set(options), by=officer, at=clock.now())
        unit = reid.choices.get(unit__number="8").unit
        record_grades(centre=reid.centre, grades=[GradeLine(reid.pk, unit.pk, "M")], by=officer, at=clock.now())
        states = Readiness.objects.filter(registration__in=[petrova, reid]).values_list("state", flat=True)
        assert list(states) == ["ready", "ready"]

    def test_two_of_the_ready_have_a_note_about_their_upload(self):
        rows = Readiness.objects.filter(centre__number="12345").exclude(notes=[]).order_by("candidate_number")
        found = [(row.candidate_number, row.state, row.grade, row.notes[0]["uploaded"]) for row in rows]
        assert found == [("3009", "ready", "M", "P"), ("3059", "ready", "MMM", "DMM")]

    def test_grades_agree_with_the_rules_and_the_pictures(self):
        found = dict(Readiness.objects.filter(centre__number="12345").values_list("candidate_number", "points"))
        wanted = {"3004": 61, "3009": 55, "3012": 44, "3048": 220, "3059": 171, "3081": 118, "3203": None}
        assert {number: found[number] for number in wanted} == wanted

    def test_the_upload_of_12_june_brought_every_unit_grade(self):
        upload = Upload.objects.get(centre__number="12345")
        assert (clock.london_date(upload.committed_at).isoformat(), upload.status) == ("2024-06-12", "committed")
        assert upload.counts["refused"] == 0
        assert upload.counts["new"] == UnitGrade.objects.filter(upload=upload).count()
        by_hand = UnitGrade.objects.exclude(uploaded_grade=F("grade")).values_list("unit__code", flat=True)
        assert sorted(by_hand) == ["N16-BUS-8", "N16-HSC-12"]

    def test_two_submissions_in_time_and_one_open_question(self):
        northgate = Submission.objects.filter(centre__number="12345").order_by("received_at")
        assert [(clock.london_date(s.received_at).isoformat(), s.claims.count()) for s in northgate] == [
            ("2024-06-24", 36),
            ("2024-06-26", 52),
        ]
        assert not Claim.objects.filter(late=True).exists()
        question = Query.objects.get()
        assert question.claim.status == ClaimStatus.QUERIED.value
        assert question.claim.registration.learner.candidate_number == "3033"
        assert (question.answered_at, question.answer_by.isoformat()) == (None, "2024-07-02")

    def test_people_sign_in_here_only_and_hold_the_contracts_roles(self):
        roles = Membership.objects.filter(centre__number="12345").order_by("pk").values_list("user__email", "role")
        assert list(roles) == [
            ("officer@northgate.example", "officer"),
            ("deputy@northgate.example", "deputy"),
            ("head@northgate.example", "head"),
            ("quality@northgate.example", "quality"),
            ("programme@northgate.example", "programme"),
            ("senco@northgate.example", "senco"),
            ("readonly@northgate.example", "reader"),
        ]
        assert dict(StaffMembership.objects.values_list("user__email", "role"))["admin@board.example"] == "admin"
        assert [user.email for user in User.objects.all() if user.has_usable_password()] == []
        verified = EmailAddress.objects.filter(verified=True, primary=True).values_list("email", flat=True)
        assert sorted(verified) == sorted(User.objects.values_list("email", flat=True))
        assert User.objects.count() == 26

    def test_the_private_candidate_has_a_tenancy_of_one_and_an_entry_through_northgate(self):
        membership = Membership.objects.get(user__email="private@candidate.example")
        assert (membership.centre.number, membership.centre.kind, membership.role) == ("90001", "person", "reader")
        registration = membership.user.name and membership.centre.registrations.model.objects.get(
            programme__qualification__claim_kind=ClaimKind.NONE
        )
        assert registration.centre.number == "12345"
        assert registration.entries.count() == 3

    def test_what_is_stored_is_what_the_rules_say_and_the_chains_hold(self):
        assert check_readiness(list(Readiness.objects.values_list("pk", flat=True)), as_of=clock.now()) == []
        assert verify()["broken"] == []

    def test_the_office_has_its_receipts(self):
        receipts = Notice.objects.filter(kind="receipt", centre__number="12345").order_by("pk")
        assert sorted(receipts.values_list("address", flat=True)) == sorted(
            ["officer@northgate.example", "deputy@northgate.example"] * 2
        )

    def test_the_database_is_marked(self):
        assert DemoMark.objects.count() == 1
