"""What is wrong with a call is said in our sentences, never in the framework's."""

import pytest

OURS = {
    ("claims/", "[]"): ["Send an object here, in braces."],
    ("claims/", '{"series": 1, "registrations": "AB", "declaration": "perhaps"}'): [
        "Send a list here, in square brackets.",
        "Send true or false.",
    ],
    ("claims/", '{"registrations": [], "declaration": true}'): ["This field is missing.", "Send at least one."],
    ("claims/", '{"series": "2024-06-01", "registrations": ["AB"], "declaration": true}'): [
        "This takes at most 7 characters."
    ],
    ("learners/", '{"learners": [7]}'): ["Send an object here, in braces."],
    ("learners/", '{"learners": [{"family_name": null}]}'): ["This field is missing."],
    ("learners/", '{"learners": [{"candidate_number": ""}]}'): ["This must not be empty."],
    ("unit-grades/", '{"unit_grades": [{"unit": {}, "grade": null}]}'): [
        "Send a text, in quotation marks.",
        "This must not be null.",
    ],
    ("due/", "{}"): ["This field is missing.", "This field is missing."],
}


@pytest.mark.parametrize(("path", "body"), OURS)
def test_the_sentences_are_ours(vendor, path, body):
    answer = vendor.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=vendor.headers).json()
    assert [fault["message"] for fault in answer["errors"]] == OURS[path, body]


def test_a_state_that_is_none_is_named(vendor):
    (fault,) = vendor.get("tracker/", state="lost").json()["errors"]
    assert fault["message"] == "“lost” is none of the values that this takes."


def test_the_page_says_what_is_exceptional_and_how_dates_are_written(vendor):
    words = vendor.client.get("/api/v1/docs/", headers=vendor.headers).content.decode()
    assert "when every registration of a call is refused" in words
    assert [date in words for date in ("A date such as 2006-03-09.", "A date such as 2022-09-12.", "09/03/2006")] == [
        True,
        True,
        False,
    ]
    assert "<code>test</code></th>" in words


def test_iso_dates_are_taken(vendor):
    row = {"candidate_number": "0012", "family_name": "Okafor", "given_name": "Sam", "born_on": "2006-03-09"}
    assert vendor.post("learners/", {"learners": [row]}).status_code == 200
    assert vendor.get("learners/0012/").json()["born_on"] == "2006-03-09"
