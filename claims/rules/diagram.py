"""The moves of a claim as a page of documentation."""

from claims.rules.states import LIVE, MOVES, ClaimStatus

_WHO = {
    (ClaimStatus.SUBMITTED, ClaimStatus.QUERIED): "staff ask",
    (ClaimStatus.SUBMITTED, ClaimStatus.ACCEPTED): "staff accept",
    (ClaimStatus.SUBMITTED, ClaimStatus.REFUSED): "staff refuse",
    (ClaimStatus.SUBMITTED, ClaimStatus.UNDONE): "the centre undoes, within 30 minutes",
    (ClaimStatus.QUERIED, ClaimStatus.SUBMITTED): "the centre answers",
    (ClaimStatus.QUERIED, ClaimStatus.ACCEPTED): "staff accept",
    (ClaimStatus.QUERIED, ClaimStatus.REFUSED): "staff refuse",
}


def state_page() -> str:
    """Markdown with the diagram and the table of every move; a move that nobody makes is a KeyError."""
    moves = [(status, to) for status in ClaimStatus for to in ClaimStatus if to in MOVES[status]]
    diagram = [f"    {status.value} --> {to.value}: {_WHO[status, to]}" for status, to in moves]
    rows = [f"| {status.label} | {to.label} | {_WHO[status, to]} |" for status, to in moves]
    live = ", ".join(status.label.lower() for status in ClaimStatus if status in LIVE)
    return "\n".join(
        [
            "# How a claim moves",
            "",
            "Made from `claims/rules/states.py` by `manage.py generate_states`. Do not edit.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> submitted: the centre claims",
            *diagram,
            "```",
            "",
            "| from | to | who |",
            "|---|---|---|",
            *rows,
            "",
            f"At most one claim of a registration is live ({live}): the database refuses a second.",
            "",
        ]
    )
