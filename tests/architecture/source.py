"""The rules of the house that can be read off the source. Each takes a parsed file and gives its faults in words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("portal", "claims", "postresults", "appeals", "malpractice", "deadlines")
INTERFACES = frozenset(
    [
        "views",
        "api",
        "admin",
        "tasks",
        "templatetags",
        "middleware",
        "adapters",
        "backends",
        "validators",
        "management",
        "access",
    ]
)
VOCABULARY = INTERFACES | frozenset(
    [
        "apps",
        "urls",
        "forms",
        "actions",
        "queries",
        "models",
        "migrations",
        "kinds",
        "duties",
        "sentences",
        "watchers",
        "hashers",
        "rules",
    ]
)
ALWAYS_WRITE = frozenset(
    [
        "save",
        "create",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "delete",
        "abulk_create",
        "acreate",
        "asave",
    ]
)
LONGEST_FUNCTION = 40
# A line that only looks as if it broke a rule says why: `session.save()  # allowed: the visitor's session, not a row`.
EXCUSE = "# allowed: "


class File:
    """One source file: where it is, what module of its app it belongs to, and its syntax tree."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.tree = ast.parse(text)

    @property
    def module(self) -> str:
        """The word of the vocabulary: `claims/views/tracker.py` and `portal/audit/views.py` are both `views`."""
        parts = Path(self.path).with_suffix("").parts
        depth = 2 if parts[0] == "portal" else 1
        return parts[min(depth, len(parts) - 1)]

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def excused(self, node: ast.expr) -> bool:
        return any(EXCUSE in line for line in self.lines[node.lineno - 1 : node.end_lineno])

    def at(self, node: ast.AST, words: str) -> str:
        return f"{self.path}:{node.lineno} {words}"  # type: ignore[attr-defined]


def files() -> list[File]:
    """Every source file of ours except migrations."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                found.append(File(str(path.relative_to(ROOT)), path.read_text()))
    return found


def only_actions_write(file: File) -> list[str]:
    """Interfaces and reads call an action; they never write a row themselves."""
    if file.module in ("actions", "migrations") or file.path == "portal/celery.py":
        return []
    faults = []
    for call in file.calls():
        if isinstance(call.func, ast.Attribute) and _writes(call, call.func.attr) and not file.excused(call):
            faults.append(file.at(call, f"writes with .{call.func.attr}(); call an action"))
        elif _name(call.func) == "add_rows":
            faults.append(file.at(call, "writes with add_rows(); call an action"))
    return faults


def _writes(call: ast.Call, name: str) -> bool:
    if name == "update":  # a queryset's takes keywords only, a dict's or a hash's a value
        return bool(call.keywords) and not call.args
    return name in ALWAYS_WRITE


def clock_is_read_in_interfaces(file: File) -> list[str]:
    """`clock.now()` is read once, where a request, a task or a command comes in, and passed down as `at`."""
    if file.module in INTERFACES or file.path.startswith(("portal/web/", "portal/clock.py", SIGNALS)):
        return []
    return [file.at(call, "reads the clock; take `at`") for call in file.calls() if _name(call.func) == "clock.now"]


# The one place where another library's signals come in.
SIGNALS = "portal/accounts/apps.py"

BANNED_CALLS = frozenset(
    [
        "timezone.now",
        "timezone.localdate",
        "timezone.localtime",
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "datetime.datetime.now",
        "datetime.date.today",
        "mark_safe",
        "csrf_exempt",
        "pickle.loads",
        "pickle.load",
        "eval",
        "exec",
    ]
)
BANNED_IMPORTS = frozenset(["pickle", "marshal", "shelve", "mark_safe", "csrf_exempt", "SafeString"])
BANNED_ARGUMENTS = frozenset(["auto_now", "auto_now_add"])


def nothing_banned(file: File) -> list[str]:
    """No second clock, no unescaped markup, no view outside the forgery check, no unpickling, no SQL by formatting."""
    faults = []
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call):
            faults += _banned_in_call(file, node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", None) or ""}
            faults += [file.at(node, f"imports {name}") for name in sorted(names & BANNED_IMPORTS)]
        elif isinstance(node, ast.FunctionDef):
            names = {_name(decorator) for decorator in node.decorator_list}
            faults += [file.at(node, f"is decorated {name}") for name in sorted(names & BANNED_IMPORTS)]
    return faults


def _banned_in_call(file: File, call: ast.Call) -> list[str]:
    name = _name(call.func)
    faults = []
    if name in BANNED_CALLS and file.path != "portal/clock.py":
        faults.append(file.at(call, f"calls {name}()"))
    if (
        name.endswith((".execute", ".raw", "RawSQL"))
        and call.args
        and isinstance(call.args[0], ast.JoinedStr)
        and not file.excused(call)
    ):
        faults.append(file.at(call, "formats a value into SQL"))
    faults += [file.at(call, f"uses {word.arg}") for word in call.keywords if word.arg in BANNED_ARGUMENTS]
    return faults


# One writer each: the only file that may set these columns of rows reached through these names.
ONE_WRITER = {
    "portal/casework/actions/results.py": (
        re.compile(r"\b(Result|AwardResult)\.objects|\b\w*results?\b"),
        {"grade", "mark"},
    ),
    "portal/casework/actions/moving.py": (re.compile(r"\bCase\.objects|\bcases?\b"), {"status", "closed_at"}),
}


def one_writer_each(file: File) -> list[str]:
    """An issued result and the status of a case are each written in one place."""
    faults = []
    for writer, (rows, columns) in ONE_WRITER.items():
        if file.path != writer:
            faults += [file.at(node, f"writes what only {writer} writes") for node in _settings_of(file, rows, columns)]
    return faults


def _settings_of(file: File, rows: re.Pattern[str], columns: set[str]) -> Iterator[ast.AST]:
    """`rows.update(column=…)` and `row.column = …`."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            if columns & {word.arg for word in node.keywords} and rows.search(ast.unparse(node.func.value)):
                yield node
        elif isinstance(node, ast.Assign):
            yield from (target for target in node.targets if _sets(target, rows, columns))


def _sets(target: ast.expr, rows: re.Pattern[str], columns: set[str]) -> bool:
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    named = [part for part in parts if isinstance(part, ast.Attribute) and part.attr in columns]
    return any(rows.search(ast.unparse(part.value)) for part in named)


def functions_are_short(file: File) -> list[str]:
    """A function of more than forty lines does more than its name says."""
    return [
        file.at(node, f"{node.name} has {node.end_lineno - node.lineno + 1} lines")
        for node in ast.walk(file.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION  # type: ignore[operator]
    ]


LOOSE = frozenset(["settings", "urls", "wsgi", "celery", "schedule", "clock", "errors", "environment"])


def modules_are_of_the_vocabulary(file: File) -> list[str]:
    """An app holds the modules every other app may hold, so that a newcomer knows where things are."""
    if file.path.startswith("portal/web/") or file.module in VOCABULARY | {"__init__"}:
        return []
    if file.module in LOOSE and Path(file.path).parent == Path("portal"):
        return []
    return [f"{file.path} is not a module of the vocabulary"]


def _name(node: ast.expr) -> str:
    """`timezone.now` of the expression that names it; a call's result has no name."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
