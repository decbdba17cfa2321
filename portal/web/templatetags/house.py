"""The components of the house, in every template without `{% load %}`. They take plain values; see /style-guide/."""

from collections.abc import Callable
from typing import Any

from crispy_forms.templatetags.crispy_forms_field import css_class
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_errors, as_crispy_field, as_crispy_form
from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget

from portal.web import words

register = template.Library()
register.filter("crispy", as_crispy_form)
register.filter("as_crispy_field", as_crispy_field)
register.filter("as_crispy_errors", as_crispy_errors)
register.filter("css_class", css_class)
register.simple_tag(as_crispy_field, name="field")

TONES = frozenset({"ready", "blocked", "soon", "attention", "claimed", "issued", "late", "neutral"})


# --- words ---


def _or_nothing(words_of: Callable[[Any], str]) -> Callable[[Any], str]:
    """Templates print nothing for a missing value."""
    return lambda value: words_of(value) if value else ""


for _name in ("day", "day_short", "day_plain", "clock_time", "moment", "moment_short"):
    register.filter(_name, _or_nothing(getattr(words, _name)))


@register.filter
def count(number: int, nouns: str) -> str:
    """`{{ 34|count:"learner" }}`, `{{ 2|count:"person,people" }}`."""
    return words.count(number, *nouns.split(","))


@register.filter
def figure(number: int | str | None) -> str:
    """`{{ 2000|figure }}` is “2,000”: a count without its noun. Nothing stays nothing."""
    return f"{number:,}" if isinstance(number, int) else str(number or "")


@register.filter
def listed(parts: list[str]) -> str:
    return words.listed(parts)


@register.filter
def is_or_are(number: int) -> str:
    """The verb that follows a count."""
    return "is" if number == 1 else "are"


# --- dates ---


@register.inclusion_tag("_components/due_date.html")
def due_date(due: dict[str, Any] | None, style: str = "full") -> dict[str, Any]:
    """Bold date with weekday and its label. `style="short"` leaves the year out, in lists of one summer."""
    return {"due": due, "short": style == "short"}


@register.inclusion_tag("_components/why_this_date.html")
def why_this_date(due: dict[str, Any] | None) -> dict[str, Any]:
    """The explanation of a date, folded."""
    return {"due": due}


@register.inclusion_tag("_components/due_line.html")
def due_line(lead: str, due: dict[str, Any] | None) -> dict[str, Any]:
    """ "Claim by Friday 5 July 2024 [7 days left] Why this date?" in one line."""
    return {"lead": lead, "due": due}


# --- states and sentences ---


@register.inclusion_tag("_components/status_tag.html")
def status_tag(tone: str, label: str) -> dict[str, str]:
    """One adjective in its colour. Never a link, never the only sign."""
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"status_tag has no tone {tone!r}; it has {words.listed(sorted(TONES))}.")
    return {"tone": tone, "label": label}


@register.inclusion_tag("_components/forecast.html")
def forecast(forecast: dict[str, Any]) -> dict[str, Any]:
    """What happens if nothing is done: ready, ready_url, blocked, blocked_url; season, note, note_url, note_link."""
    return {**forecast, "total": forecast["ready"] + forecast["blocked"]}


@register.inclusion_tag("_components/empty.html")
def empty(statement: str, next_words: str = "") -> dict[str, str]:
    """An empty list says so, and names the next known date."""
    return {"statement": statement, "next_words": next_words}


@register.inclusion_tag("_components/timeline.html")
def timeline(entries: list[Any]) -> dict[str, Any]:
    """History, newest first: entries with `sentence` and `at`."""
    return {"entries": entries}


@register.inclusion_tag("_components/thread.html")
def thread(notes: list[Any]) -> dict[str, Any]:
    """Messages, oldest first: `name`, `who`, `at`, `text`, `ours` and, where it is no message, `label`."""
    return {"notes": notes}


@register.inclusion_tag("_components/identity.html")
def identity(parts: list[Any], due: dict[str, Any] | None = None, due_words: str = "Due from us") -> dict[str, Any]:
    """Who and what a case is about (`label`, `value`, `note`), with its due date at the right."""
    return {"parts": parts, "due": due, "due_words": due_words}


@register.inclusion_tag("_components/progress.html")
def progress(steps: list[Any]) -> dict[str, Any]:
    """Steps in order: `label`, `state` (done, now, later) and `note` (its date in words)."""
    return {"steps": steps}


@register.inclusion_tag("_components/pager.html")
def pager(page: Any) -> dict[str, Any]:
    """Links to the previous and next rows: a page with `previous_url` and `next_url`."""
    return {"page": page}


# --- forms ---


@register.inclusion_tag("_components/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """Every error of a form, each a link to the field that is at fault. The base page shows it for `form` already."""
    if not isinstance(form, forms.BaseForm) or getattr(form, "is_summarised", False):
        return {"errors": []}
    vars(form)["is_summarised"] = True
    return {"errors": _errors_of(form)}


def _errors_of(form: forms.BaseForm) -> list[dict[str, str]]:
    found = [{"words": str(error), "target": ""} for error in form.non_field_errors()]
    for name, errors in form.errors.items():
        if name in form.fields:
            found += [{"words": str(error), "target": error_target(form[name])} for error in errors]
    return found


@register.filter
def error_target(field: BoundField) -> str:
    """The id of the input that an error link lands on: of a group of choices, the first one."""
    if field.is_hidden:
        return ""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.MultiWidget):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


@register.filter
def described_by(field: BoundField) -> str:
    """The ids of a group's hint and error: Django gives them to single inputs itself."""
    return field.aria_describedby or ""


@register.simple_tag
def house_input(field: BoundField) -> str:
    """The bare input in the house's classes. Required fields are checked on the server, in our words."""
    field.form.use_required_attribute = False
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{own} {_input_class(field.field.widget)}".strip()})


def _input_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return "select" if isinstance(widget, forms.Select | forms.SelectDateWidget) else "input"


@register.simple_tag
def house_choice(choice: BoundWidget) -> str:
    """One radio button or tick of a group, without its label."""
    choice.data["attrs"]["class"] = "choice" if choice.data["type"] == "radio" else "tick"
    return choice.tag()
