"""Fixed examples for the style guide. Nobody in them exists."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.template.engine import Engine


class SampleForm(forms.Form):
    """One field of every kind, sent back with nothing in it."""

    full_name = forms.CharField(
        label="Full name",
        help_text="As it should stand on the certificate.",
        error_messages={"required": "Enter the learner’s full name"},
    )
    unit = forms.ChoiceField(
        label="Unit",
        choices=[("", "Choose a unit"), ("8", "Unit 8")],
        error_messages={"required": "Choose a unit"},
    )
    answer = forms.ChoiceField(
        label="Do you agree to a review?",
        choices=[("yes", "Yes, I agree to the review"), ("no", "No, I do not agree")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you agree"},
    )
    services = forms.MultipleChoiceField(
        label="Tell me about",
        choices=[("claims", "Claims"), ("dates", "Dates")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Give a reason"},
    )
    file = forms.FileField(
        label="File of unit grades",
        help_text="CSV, at most 10 MB.",
        error_messages={"required": "Choose a file"},
    )
    declaration = forms.BooleanField(
        label="I confirm that these 34 learners have finished.",
        error_messages={"required": "Tick the declaration to submit 34 claims"},
    )


def _due(on: date, label: str, tone: str, **more: Any) -> dict[str, Any]:
    return {"on": on, "label": label, "tone": tone, **more}


def _appeal() -> dict[str, Any]:
    return _due(
        date(2024, 7, 11),
        "13 days left",
        "neutral",
        rule="You have 30 calendar days from the day you received the outcome to lodge an appeal.",
        sum=[
            {"day": "Day 0", "on": "Tuesday 11 June 2024", "words": "You received the outcome here. Not counted."},
            {"day": "Day 1", "on": "Wednesday 12 June 2024", "words": "Counting starts. Weekends count too."},
            {"day": "Day 30", "on": "Thursday 11 July 2024", "words": "Open until 11:59pm, UK time.", "last": True},
        ],
        late="You can still ask, with a reason. We may refuse.",
        starts_from="Receipt of the outcome: when it became visible to your centre here.",
        calendar="Calendar days, so your nation’s bank holidays make no difference.",
        source={"title": "An invented policy", "quotation": "within 30 days of receipt", "note": "An example."},
        in_force="Since 1 September 2023.",
    )


def _script() -> dict[str, Any]:
    return _due(
        date(2024, 8, 28),
        "2 working days left",
        "soon",
        rule="We send the copy within 2 working days of the day we receive your request.",
        sum=[
            {"day": "Day 0", "on": "Friday 23 August 2024", "words": "Received at 4:40pm. Not counted."},
            {"day": "Skipped", "on": "24 to 26 August", "words": "Weekend and summer bank holiday, England"},
            {"day": "Day 1", "on": "Tuesday 27 August", "words": ""},
            {"day": "Day 2", "on": "Wednesday 28 August", "words": "Open until 11:59pm.", "last": True},
        ],
        calendar="Working days of England.",
    )


def _dues() -> list[dict[str, Any]]:
    plain = {"rule": "An example. The rule stands here in one sentence."}
    return [
        _appeal(),
        _due(date(2024, 7, 5), "7 days left", "soon", **plain),
        _due(date(2024, 6, 28), "Today, until 11:59pm", "soon", **plain),
        _due(date(2024, 6, 26), "2 days late", "late", **plain),
        _due(date(2024, 7, 2), "2 working days left", "soon", **plain),
    ]


def _timeline() -> list[dict[str, Any]]:
    return [
        {"sentence": "Reviewer started work", "at": datetime(2024, 6, 20, 8, 12, tzinfo=UTC)},
        {"sentence": "Request accepted by Joanne Pike", "at": datetime(2024, 6, 18, 9, 25, tzinfo=UTC)},
        {"sentence": "Request submitted by Helen Marsh. Receipt sent", "at": datetime(2024, 6, 17, 9, 42, tzinfo=UTC)},
    ]


def _progress() -> list[dict[str, str]]:
    return [
        {"label": "Consent signed", "state": "done", "note": "14 June"},
        {"label": "Received", "state": "done", "note": "17 June"},
        {"label": "Accepted", "state": "done", "note": "18 June"},
        {"label": "Under review", "state": "now", "note": "since 20 June"},
        {"label": "Outcome", "state": "later", "note": "By 7 July"},
        {"label": "Closed", "state": "later", "note": "After your appeal window"},
    ]


def _thread() -> list[dict[str, Any]]:
    asked = "The candidate used a screen reader version of the test. Will the reviewer see the same version?"
    told = "Yes. The reviewer has the version that Amira sat, with the responses as recorded."
    return [
        {
            "name": "Helen Marsh",
            "who": "Northgate College",
            "at": datetime(2024, 6, 19, 13, 15, tzinfo=UTC),
            "text": asked,
            "ours": False,
        },
        {
            "name": "Joanne Pike",
            "who": "review team",
            "at": datetime(2024, 6, 20, 10, 2, tzinfo=UTC),
            "text": told,
            "ours": True,
        },
    ]


def _identity() -> list[dict[str, str]]:
    return [
        {"label": "Reference", "value": "R24-01835"},
        {"label": "Learner", "value": "Amira Hassan", "note": "3219"},
        {"label": "Service", "value": "Service 2"},
    ]


_BUSINESS = "Business, Extended Certificate, level 3"
_HEALTH = "Health and Social Care, Extended Diploma, level 3"
_TECH = "Health and Social Care, Tech Award, level 2"
_COLUMNS = ("name", "number", "programme", "units", "grade", "points", "kind", "note")
_READY = [
    ("Adeyemi, Tobi", "3004", _BUSINESS, "4 of 4", "Merit", "61 points", "Full award", ""),
    ("Begum, Aisha", "3009", _BUSINESS, "4 of 4", "Merit", "55 points", "Full award", "Your upload said Pass"),
    ("Carter, Joe", "3012", _BUSINESS, "4 of 4", "Pass", "44 points", "Full award", ""),
    ("Ahmed, Yasmin", "3006", _HEALTH, "13 of 13", "DMM", "180 points", "Full award", ""),
    ("Ali, Maryam", "3203", _TECH, "3 of 3", "Level 2 Merit", "", "Cash-in", ""),
]


_GROUPS = (
    ("wide", "colour Colour"),
    ("narrow", "status Status", "type Type", "due_dates Due dates", "actions Actions"),
    ("wide", "due_line A date in a line", "why Why this date?"),
    ("narrow", "errors Errors", "forms Forms", "empty Nothing to show", "remarks Remarks"),
    ("wide", "forecast Forecast"),
    ("narrow", "todo What needs doing", "rows Waiting for us"),
    ("wide", "tabs States as tabs", "filters Filters", "tracker Tracker, ready", "blocked Tracker, blocked"),
    ("wide", "numbers Numbers", "pager Pager"),
    ("narrow", "cards Check", "declaration Declaration", "happenings What happens next", "plain_card Side card"),
    ("wide", "receipt Receipt", "identity Identity bar", "progress Progress"),
    ("narrow", "facts Facts", "timeline Timeline", "thread Thread", "side Side column"),
)


def groups() -> list[dict[str, Any]]:
    """The parts of the style guide in order, each with the source of its template to copy from."""
    return [{"narrow": width == "narrow", "parts": [_part(words) for words in parts]} for width, *parts in _GROUPS]


def _part(words: str) -> dict[str, Any]:
    anchor, title = words.split(" ", 1)
    template: Any = Engine.get_default().get_template(f"web/guide/{anchor}.html")
    return {"anchor": anchor, "title": title, "template": template, "source": template.source.strip()}


_COLOURS = [
    ("ink", "Ink", "#14222e", "16.2", "Text, header, bulk bar"),
    ("muted", "Muted", "#4a5a63", "7.2", "Second text"),
    ("petrol", "Petrol", "#00606b", "7.3", "Anything you can act on"),
    ("petrol-dark", "Petrol dark", "#004149", "11.3", "Hover"),
    ("focus", "Marigold", "#ffc43d", "10.2", "Keyboard focus only"),
    ("edge", "Field edge", "#71828a", "4.0", "Edges of fields, on white"),
    ("line", "Line", "#d3dbdd", "11.5", "Rules between rows"),
    ("ground", "Ground", "#f3f6f6", "14.9", "Footer, bars"),
]
_STATUSES = [
    ("ready", "Ready", "You can act", "#00525b on #dceeef, 7.4"),
    ("blocked", "Blocked", "Something to put right", "#7a3b00 on #fce8cf, 7.2"),
    ("claimed", "Claimed", "With us", "#3a3f7d on #e6e7f5, 7.8"),
    ("issued", "Issued", "Finished", "#1c5a2b on #ddf0e0, 6.9"),
    ("late", "Late", "Date has passed", "#8f1d14 on #fbe2df, 7.2"),
    ("neutral", "Draft", "Neutral", "#36454e on #e8edee, 8.4"),
]


def everything() -> dict[str, Any]:
    """What the style guide shows."""
    return {
        "groups": groups(),
        "colours": _COLOURS,
        "statuses": _STATUSES,
        "dues": _dues(),
        "claim_by": _dues()[1],
        "appeal_by": _appeal(),
        "copy_by": _script(),
        "timeline": _timeline(),
        "steps": _progress(),
        "notes": _thread(),
        "case_parts": _identity(),
        "ready_rows": [dict(zip(_COLUMNS, row, strict=True)) for row in _READY],
        "sample_forecast": {
            "ready": 34,
            "ready_url": "#tracker",
            "blocked": 3,
            "blocked_url": "#tracker-blocked",
            "note": "Level 3 results: Thursday 15 August 2024. These dates are not in the June update.",
            "note_url": "#why",
        },
        "forecast_none": {"ready": 0, "blocked": 0},
        "pages": {"previous_url": "#pager", "next_url": "#pager"},
        "broken_form": SampleForm({}, prefix="broken"),
        "sample_form": SampleForm(prefix="sample"),
        "declaration_form": SampleForm(prefix="claim"),
    }
