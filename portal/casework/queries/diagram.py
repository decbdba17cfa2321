"""The moves of a kind of case as a page of documentation."""

from portal.casework.kinds import Kind


def state_page(kind: Kind) -> str:
    """Markdown with the diagram and the table of every move; a move that nobody makes is a KeyError."""
    moves = [(status, to) for status in kind.moves for to in kind.moves if to in kind.moves[status]]
    diagram = [f"    {status} --> {to}: {kind.movers[status, to]}" for status, to in moves]
    rows = [f"| {kind.labels[status]} | {kind.labels[to]} | {kind.movers[status, to]} |" for status, to in moves]
    closed = ", ".join(kind.labels[status].lower() for status in kind.moves if status in kind.closed)
    return "\n".join(
        [
            f"# How a case moves: {kind.label.lower()}",
            "",
            f"Made from the kind `{kind.key}` by `manage.py generate_states`. Do not edit.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            f"    [*] --> {kind.initial}",
            *diagram,
            "```",
            "",
            "| from | to | who |",
            "|---|---|---|",
            *rows,
            "",
            f"Closed when {closed}.",
            "",
        ]
    )
