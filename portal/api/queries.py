"""The schema of the API, and what the page of documentation shows of it."""

import json
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

_METHODS = ("get", "post", "patch", "put", "delete")


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI document, worked out once: it only changes with the code."""
    return json.loads(json.dumps(SchemaGenerator().get_schema(public=True)))


def operations() -> list[dict[str, Any]]:
    """Every operation as the page shows it, in the order of the addresses."""
    return [
        _operation(path, method, methods[method])
        for path, methods in schema()["paths"].items()
        for method in _METHODS
        if method in methods
    ]


def _operation(path: str, method: str, said: dict[str, Any]) -> dict[str, Any]:
    answers = [(status, answer) for status, answer in said["responses"].items() if status.startswith("2")]
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "id": said["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": said["summary"],
        "description": said["description"],
        "scope": said["x-scope"],
        "parameters": [_parameter(row) for row in said.get("parameters", [])],
        "fields": _fields(body.get("schema")),
        "call": _example(body),
        "answers": [
            {
                "status": status,
                "example": _example(answer["content"]["application/json"]),
                "fields": _fields(answer["content"]["application/json"]["schema"]),
            }
            for status, answer in answers
        ],
        "refusals": sorted(status for status in said["responses"] if not status.startswith("2")),
    }


def _parameter(row: dict[str, Any]) -> dict[str, Any]:
    where = {"query": "in the address", "path": "in the path", "header": "a header"}[row["in"]]
    return {"name": row["name"], "where": where, "words": row.get("description", ""), **_kind(row["schema"], row)}


def _kind(said: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    return {"kind": _type(said), "required": row.get("required", False), "choices": said.get("enum", [])}


def _type(said: dict[str, Any]) -> str:
    kind = said.get("type", "object")
    words = [word for word in kind if word != "null"] if isinstance(kind, list) else [kind]
    return {"date": "date", "date-time": "instant", "uri": "address"}.get(said.get("format", ""), " or ".join(words))


def _fields(said: dict[str, Any] | None, before: str = "") -> list[dict[str, Any]]:
    """Every field of a body, those of objects inside it by their path (`results[].learner.name`)."""
    whole = _resolved(said or {})
    rows = []
    for name, inner in whole.get("properties", {}).items():
        found, mark = _resolved(inner), ""
        if found.get("type") == "array":
            found, mark = {**_resolved(found["items"]), "description": found.get("description", "")}, "[]"
        path = f"{before}{name}{mark}"
        rows.append(
            {
                "name": path,
                "words": inner.get("description") or found.get("description", ""),
                "kind": _type(found),
                "required": name in whole.get("required", []),
                "choices": found.get("enum", []),
            }
        )
        rows += _fields(found, f"{path}.") if "properties" in found else []
    return rows


def _resolved(said: dict[str, Any]) -> dict[str, Any]:
    """A schema with its reference followed."""
    found = {**said, **(said["allOf"][0] if "allOf" in said else {})}
    if "$ref" not in found:
        return found
    return {**schema()["components"]["schemas"][found["$ref"].rsplit("/", 1)[-1]]}


def _example(content: dict[str, Any]) -> str:
    examples = list(content.get("examples", {}).values())
    return json.dumps(examples[0]["value"], indent=2, ensure_ascii=False) if examples else ""
