import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import Refused
from portal.learners.rules import (
    check_candidate_number,
    check_registration_number,
    check_uci,
    check_uln,
    complete_uci,
    is_candidate_number,
    is_qualification_number,
    is_uci,
    is_uln,
)
from portal.learners.rules.identifiers import candidate_number_fault, uci_check_letter, uci_fault, uln_check_digit

GOOD_ULNS = ["9276308686", "1000000019", "1000000027", "1000000035", "9999999998", "1000000000"]
BAD_ULNS = ["1000108001", "0276308686", "9276308685", "9999999999", "987654321", "9876543210", "", "927630868A"]


@pytest.mark.parametrize("uln", GOOD_ULNS)
def test_learner_numbers_that_hold(uln):
    assert is_uln(uln)
    check_uln(uln)


@pytest.mark.parametrize("uln", BAD_ULNS)
def test_learner_numbers_that_do_not(uln):
    assert not is_uln(uln)
    with pytest.raises(Refused) as refusal:
        check_uln(uln)
    assert refusal.value.field == "uln"


@pytest.mark.parametrize("stem", ["100000006", "100000023", "987654321"])
def test_stems_that_are_never_issued(stem):
    assert uln_check_digit(stem) == ""
    assert not any(is_uln(f"{stem}{digit}") for digit in range(10))


def test_a_shortened_number_is_told_apart():
    with pytest.raises(Refused, match="spreadsheet has shortened"):
        check_uln("9.27631E+09")


GOOD_UCIS = [
    "681990012058G",
    "689990980001D",
    "999990140001B",
    "999990090001C",
    "123450240001G",
    "123450240002R",
    "12345B240001R",
]


@pytest.mark.parametrize("uci", GOOD_UCIS)
def test_candidate_identifiers_that_hold(uci):
    assert is_uci(uci)
    assert is_uci(uci[:12])
    assert complete_uci(uci[:12]) == uci
    assert complete_uci(uci) == uci
    check_uci(uci)


@pytest.mark.parametrize("uci", ["999990140001X", "112233445566K", "12345", "12345b240001R", "1234502400O1G"])
def test_candidate_identifiers_that_do_not(uci):
    assert not is_uci(uci)
    with pytest.raises(Refused):
        check_uci(uci)


def test_a_wrong_check_letter_names_the_right_one():
    assert uci_fault("999990140001X").use == "999990140001B"


@pytest.mark.parametrize("number", ["0001", "0012", "9999"])
def test_candidate_numbers_that_hold(number):
    assert is_candidate_number(number)
    check_candidate_number(number)


@pytest.mark.parametrize(("number", "use"), [("12", "0012"), ("7", "0007"), ("0000", ""), ("0", ""), ("12345", "")])
def test_candidate_numbers_that_do_not(number, use):
    assert candidate_number_fault(number).use == use
    with pytest.raises(Refused):
        check_candidate_number(number)


@pytest.mark.parametrize(
    "number",
    [
        "601/7159/5",
        "603/7008/7",
        "603/3282/7",
        "600/0331/5",
        "601/0717/0",
        "601/4292/3",
        "601/8093/6",
        "601/8420/6",
        "601/8434/6",
        "601/8758/X",
        "60171595",
    ],
)
def test_qualification_numbers_that_look_right(number):
    assert is_qualification_number(number)


@pytest.mark.parametrize("number", ["601/8830/6", "601/1234/0", "123/1234/1", "6017159", "601/7159/5/1"])
def test_qualification_numbers_that_look_wrong(number):
    assert not is_qualification_number(number)


@pytest.mark.parametrize("number", ["", "AB 12", "ab12", "A/1", "A" * 13])
def test_registration_numbers_that_cannot_be(number):
    with pytest.raises(Refused):
        check_registration_number(number)


@given(st.integers(100_000_000, 999_999_999), st.integers(0, 9))
def test_one_check_digit_at_most_holds(stem, digit):
    assert is_uln(f"{stem}{digit}") == (uln_check_digit(str(stem)) == str(digit))


@given(st.sampled_from(GOOD_ULNS), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(uln, place, shift):
    """A weight and 11 share no factor, except in what the rule leaves as never issued."""
    wrong = uln[:place] + str((int(uln[place]) + shift) % 10) + uln[place + 1 :]
    assert not is_uln(wrong)


@given(st.from_regex(r"[0-9]{5}[0A-Z][0-9]{6}", fullmatch=True), st.sampled_from("ABCDEFGHKLMRTVWXY"))
def test_one_check_letter_holds(stem, letter):
    assert is_uci(stem + letter) == (uci_check_letter(stem) == letter)
    assert is_uci(complete_uci(stem))
