"""The components, rendered as a template would."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template, TemplateSyntaxError

DUE = {"on": date(2024, 7, 5), "label": "7 days left", "tone": "soon", "rule": "Claim by this day."}


def rendered(source: str, **context: object) -> str:
    return " ".join(Template(source).render(Context(context)).split())


def test_filters_print_nothing_for_nothing():
    source = "{{ d|day }}{{ d|day_short }}{{ d|day_plain }}{{ d|moment }}{{ d|moment_short }}{{ d|clock_time }}"
    assert rendered(source, d=None) == ""


def test_counting_filters():
    source = '{{ n|count:"person,people" }} {{ n|is_or_are }}'
    assert [rendered(source, n=number) for number in (1, 2)] == ["1 person is", "2 people are"]


def test_a_due_date_carries_its_label():
    assert rendered("{% due_date due %}", due=DUE) == (
        '<span class="due__date">Friday 5 July 2024</span> <span class="tag tag--soon">7 days left</span>'
    )
    assert "Friday 5 July</span>" in rendered('{% due_date due style="short" %}', due=DUE)
    assert rendered("{% due_date due %}{% why_this_date due %}{% due_line 'By' due %}", due=None) == ""


def test_an_unknown_tone_is_refused():
    with pytest.raises(TemplateSyntaxError):
        rendered('{% status_tag "purple" "Ready" %}')


def test_labels_are_escaped():
    assert "&lt;b&gt;" in rendered('{% status_tag "ready" label %}', label="<b>")


@pytest.mark.parametrize(
    ("ready", "blocked", "said"),
    [
        (
            34,
            3,
            "If nothing changes, 37 learners will have no result this summer: "
            "34 are ready and only need claiming, 3 are blocked.",
        ),
        (1, 0, "If nothing changes, 1 learner will have no result this summer: 1 is ready and only needs claiming."),
        (0, 1, "If nothing changes, 1 learner will have no result this summer: 1 is blocked."),
        (0, 0, "Every learner expected this summer has been claimed."),
    ],
)
def test_the_forecast_in_words(ready, blocked, said):
    html = rendered("{% filter striptags %}{% forecast f %}{% endfilter %}", f={"ready": ready, "blocked": blocked})
    assert html == said


def test_the_timeline_gives_sentence_then_time():
    entries = [{"sentence": "Claim accepted", "at": datetime(2024, 6, 28, 8, 44, tzinfo=UTC)}]
    html = rendered("{% filter striptags %}{% timeline entries %}{% endfilter %}", entries=entries)
    assert html == "Claim acceptedFriday 28 June, 9:44am"


def test_the_pager_is_absent_when_there_is_one_page():
    assert rendered("{% pager page %}", page={"next_url": "", "previous_url": ""}) == ""
    assert 'rel="next"' in rendered("{% pager page %}", page={"next_url": "?after=5", "previous_url": ""})
