"""The rows of the tracker as HTML: as template tags they were most of what the page cost.

`format_html` escapes every value; only the shapes written here stand as HTML.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape, format_html, format_html_join

from claims.models import Readiness
from claims.queries.tracker import ALL, Filters, Selection
from claims.rules import State
from claims.rules.words import grade_words
from claims.views.fixes import Fixes
from portal.catalogue.models import ClaimKind
from portal.centres.rules import CLAIMS_MAKE
from portal.web.actor import Actor
from portal.web.addresses import addresses
from portal.web.templatetags.house import status_tag

# Escaped once: programmes, kinds and numbers of units come back in row after row.
_repeated = lru_cache(maxsize=4096)(escape)
_KINDS = {kind: escape(label) for kind, label in ClaimKind.choices}
_PICK = """
  <td class="cell-pick"><input class="tick tick--small" type="checkbox" name="pick" value="{number}"
    aria-label="{name}, {programme}" data-bulk-tick {checked}><input
    type="hidden" name="shown" value="{number}"></td>"""
_LEARNER = """
  <th scope="row" class="cell-title"><a href="{url}">{name}</a></th>
  <td class="cell-number">{candidate}</td>
  <td class="cell-line">{programme}</td>
  <td class="cell-wide nowrap">{done} of {needed}</td>"""
_GRADE = """
  <td class="cell-left">{grade}</td>
  <td class="cell-right nowrap">{kind}</td>
  <td class="cell-note">{remarks}</td>"""
_WHY = """
  <td class="cell-note">{reasons}</td>
  <td class="cell-note">{fixes}</td>"""
_ROW = '<tr id="row-{number}">' + _LEARNER + _GRADE + "\n</tr>\n"
_ROW_TO_PICK = '<tr id="row-{number}">' + _PICK + _LEARNER + _GRADE + "\n</tr>\n"
_BLOCKED_ROW = '<tr id="row-{number}">' + _LEARNER + _WHY + "\n</tr>\n"

_POINTS = '{}<span class="muted">, {} points</span>'
_REMARK = '<span class="remark remark--inline">Your upload said {}</span>'
_FIX = '<div><a class="fix" href="{}">{}<span class="visually-hidden"> for {}</span></a></div>'
_NO_FIX = '<div><span class="note">{}</span></div>'
_REASON = '<div><span class="reason">{}</span></div>'
_FIRST_REASON = '<div><span class="reason">{}</span> {}</div>'
_HIDE = '<a class="rule-link" href="?{address}#row-{number}">Hide the rule</a>'
_SHOW = (
    '<a class="rule-link" href="?{address}&amp;open={number}#row-{number}">'
    'Show the rule<span class="visually-hidden"> for {name}</span></a>'
)


class Rows:
    """One page of the tracker's rows, as whoever looks may see and use them. `opened` shows its rule."""

    def __init__(self, actor: Actor, filters: Filters, selection: Selection, opened: Readiness | None) -> None:
        self.actor, self.filters, self.selection, self.opened = actor, filters, selection, opened
        self.address = filters.address()
        self.fixes = Fixes(actor.centre.number)
        self.url = addresses("claims:registration", blank="registration", number=actor.centre.number)
        self.may_pick = actor.can(CLAIMS_MAKE) and filters.state == State.READY.value

    def html(self, rows: Iterable[Any]) -> str:
        row_html = self._blocked if self.filters.state == State.BLOCKED.value else self._standing
        return format_html_join("", "{}", ((row_html(row),) for row in rows))

    def _standing(self, row: Any) -> str:
        return format_html(
            _ROW_TO_PICK if self.may_pick else _ROW,
            **self._learner(row),
            checked=_repeated("checked" if self.may_pick and self.selection.ticks(row.number) else ""),
            grade=_grade(row.grade, row.points),
            kind=_KINDS[row.kind],
            remarks=_tag(row.state) if self.filters.state == ALL else _remarks(row.notes),
        )

    def _blocked(self, row: Any) -> str:
        whole = format_html(
            _BLOCKED_ROW,
            **self._learner(row),
            reasons=self._reasons(row),
            fixes=format_html_join("", "{}", ((self._fix(reason, row),) for reason in row.reasons)),
        )
        return whole + self._rule(self.opened) if self._is_open(row) and self.opened else whole

    def _learner(self, row: Any) -> dict[str, Any]:
        return {
            "number": row.number,
            "url": self.url(row.number),
            "name": row.learner_name,
            "candidate": row.candidate_number,
            "programme": _repeated(row.programme_title),
            "done": _repeated(row.units_done),
            "needed": _repeated(row.units_needed),
        }

    def _is_open(self, row: Any) -> bool:
        return self.opened is not None and self.opened.pk == row.pk

    def _reasons(self, row: Any) -> str:
        if not row.reasons:
            return ""
        first, *others = row.reasons
        shape = _HIDE if self._is_open(row) else _SHOW
        link = format_html(shape, address=self.address, number=row.number, name=row.learner_name)
        rest = format_html_join("", _REASON, ((reason["message"],) for reason in others))
        return format_html(_FIRST_REASON, first["message"], link) + rest

    def _fix(self, reason: dict[str, Any], row: Any) -> str:
        url, words = self.fixes.offered(reason, registration=row.number, actor=self.actor)
        return format_html(_FIX, url, words, row.learner_name) if url else format_html(_NO_FIX, words)

    def _rule(self, row: Readiness) -> str:
        context = {
            "row": row,
            "given_name": row.learner_name.partition(", ")[2],
            "centre": self.actor.centre,
            "may_make": self.actor.can(CLAIMS_MAKE),
        }
        return render_to_string("claims/_rule.html", context)


@lru_cache(maxsize=4096)
def _grade(code: str, points: int | None) -> str:
    words = escape(grade_words(code))
    return format_html(_POINTS, words, points) if code and points is not None else words


@cache
def _tag(state: str) -> str:
    return render_to_string("_components/status_tag.html", status_tag(state, State(state).label))


def _remarks(notes: list[dict[str, str]]) -> str:
    if not notes:
        return _repeated("")
    return format_html_join("", _REMARK, ((grade_words(note["uploaded"]),) for note in notes))
