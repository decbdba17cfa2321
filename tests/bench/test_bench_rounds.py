"""What may be published: sides that agree, references that stood still, targets told as they are."""

from datetime import UTC, datetime

import pytest

from tests.bench.figures import Figure, Section, Target, absent, figure
from tests.bench.report import words, write
from tests.bench.rounds import CPU, Answer, Disagreement, Measured, Side, Spent, alternate

AT = datetime(2026, 11, 23, tzinfo=UTC)


def side(name: str, rows: list[int]) -> Side:
    return Side(name, lambda: rows, lambda found: {"rows": Answer.of(found)})


def measured(**times: list[float]) -> Measured:
    return Measured({name: [Spent(seconds, seconds) for seconds in spent] for name, spent in times.items()})


def test_sides_that_agree_are_measured_in_every_round_but_the_first() -> None:
    found = alternate([side("one", [1, 2]), side("other", [1, 2])], rounds=3)
    assert {name: len(spent) for name, spent in found.spent.items()} == {"one": 3, "other": 3}
    assert found.answers["rows"].rows == 2


@pytest.mark.parametrize("rows", [[1], [2, 1], [1, 3]])
def test_sides_that_disagree_have_no_figure(rows: list[int]) -> None:
    with pytest.raises(Disagreement, match="other comes to another rows"):
        alternate([side("one", [1, 2]), side("other", rows)], rounds=1)


@pytest.mark.parametrize(("times", "refused"), [([1.0, 1.1, 1.2], False), ([1.0, 1.1, 1.4], True)])
def test_a_reference_that_moved_by_more_than_a_quarter_is_refused(times: list[float], refused: bool) -> None:
    found = figure(measured(ours=[1.0, 1.0, 1.0], theirs=times), subject="ours", reference="theirs", target=Target())
    assert bool(found.refused) == refused
    assert bool(found.ratios) != refused


def test_a_ratio_is_of_the_rounds_side_by_side() -> None:
    rounds = measured(ours=[1.0, 2.0, 4.0], theirs=[10.0, 10.0, 10.0])
    faster = figure(rounds, subject="ours", reference="theirs", target=Target(must=5))
    longer = figure(rounds, subject="ours", reference="theirs", target=Target(must=0.5, at_least=False))
    assert (faster.ratios, faster.median) == ((10.0, 5.0, 2.5), 5.0)
    assert (longer.ratios, longer.median) == ((0.1, 0.2, 0.4), 0.2)


@pytest.mark.parametrize(
    ("target", "ratio", "met"),
    [
        (Target(must=50, moonshot=400), 400, "moonshot met"),
        (Target(must=50, moonshot=400), 399, "Must met"),
        (Target(must=50, moonshot=400), 49, "not met"),
        (Target(must=3, at_least=False), 3, "Must met"),
        (Target(must=3, at_least=False), 3.1, "not met"),
        (Target(), 1, "no target"),
    ],
)
def test_a_target_is_told_as_it_is(target: Target, ratio: float, met: str) -> None:
    assert target.met(ratio) == met


def section(code: str) -> Section:
    line = Figure("ours", "theirs", Target(must=2), CPU, (1.0, 3.0, 4.0), (1.0, 2.0, 3.0))
    gone = absent(subject="ours", reference="gone", target=Target(), why="gone is not installed")
    return Section(code, "Work", "Two ways.", "the work.", (line, gone), answers=(("rows", Answer(3, "ab")),))


def test_the_page_tells_ratio_spread_target_and_what_is_missing() -> None:
    text = words(section("P1"), at=AT, of="abc", rounds=3)
    assert "| ours | theirs | CPU | **3x** (1–4) | (1–3) | ≥ 2x |  | Must met |" in text
    assert "| ours | gone | CPU | not measured: gone is not installed |" in text
    assert "Measured on 23 November 2026" in text


def test_what_is_not_measured_again_stays_as_it_stood(tmp_path) -> None:
    path = tmp_path / "benchmarks.md"
    first = {code: words(section(code), at=AT, of="abc", rounds=3) for code in ("P1", "P5")}
    write(first, database="a database", rows="rows", path=path)
    write({"P5": "## P5: Anew\n"}, database="a database", rows="rows", path=path)
    text = path.read_text()
    assert (text.count("## P1: Work"), text.count("## P5"), text.count("# Benchmarks")) == (1, 1, 1)
    assert text.index("## P1: Work") < text.index("## P5: Anew")
