"""What every call of the API looks like: one form of error, one form of list, instants that end in Z."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator, MinLengthValidator, ProhibitNullCharactersValidator
from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal.errors import Refused
from portal.web.pages import keyset

UNPROCESSABLE = 422
_NOT_FOUND = "There is nothing here, or it belongs to another centre."


class Problem(exceptions.APIException):
    """A refusal with a status of its own. `code` becomes the error's type, `errors` name the fields at fault."""

    def __init__(self, detail: str, *, code: str, status_code: int, errors: Sequence[dict[str, str]] = ()) -> None:
        super().__init__(detail, code)
        self.status_code = status_code
        self.errors = errors


class OneRenderer(BaseContentNegotiation):
    """The answer has one form, whatever is asked for."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return next((parser for parser in parsers if parser.media_type == _media_type(request)), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


def _media_type(request: Request) -> str:
    return str(request.content_type).split(";")[0].strip().lower()


class OurJSON(JSONParser):
    """A body nested so deep that reading it would run out of stack is one that cannot be read."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise exceptions.ParseError("The body is nested too deep. Send it as the documentation shows.") from None


# --- errors ---


class FaultSerializer(serializers.Serializer):
    field = serializers.CharField(allow_blank=True, help_text="The field at fault; empty when it is the whole call.")
    code = serializers.CharField(help_text="For programs.")
    message = serializers.CharField(help_text="A sentence for a person.")


class ErrorSerializer(serializers.Serializer):
    """The body of every answer from 400 upwards, but that to a call of claims of which none is ready."""

    type = serializers.CharField(help_text="What kind of error, for programs.")
    title = serializers.CharField(help_text="The kind in words.")
    detail = serializers.CharField(help_text="What to do about it, in a sentence.")
    errors = FaultSerializer(many=True)


TITLES = {
    400: "The call cannot be read",
    401: "No valid token",
    403: "Not allowed",
    404: "Not found",
    405: "Wrong method",
    409: "Conflict",
    415: "Wrong content type",
    422: "Not accepted",
    429: "Too many calls",
}


def error_body(*, status_code: int, code: str, detail: str, errors: Sequence[dict[str, str]] = ()) -> dict[str, Any]:
    """The one form of an error."""
    title = TITLES.get(status_code, "Refused")
    return {"type": code, "title": title, "detail": detail, "errors": list(errors)}


def answer_error(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: whatever was raised, in our form. A bug stays a bug (None)."""
    if isinstance(exception, Http404):
        exception = exceptions.NotFound(_NOT_FOUND)
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied()
    elif isinstance(exception, Refused):
        return _refused(exception)
    if isinstance(exception, exceptions.ValidationError):
        return _invalid(exception)
    if not isinstance(exception, exceptions.APIException):
        return None
    code = str(exception.get_codes()) if isinstance(exception.detail, str) else exception.default_code
    faults = getattr(exception, "errors", ())
    body = error_body(status_code=exception.status_code, code=code, detail=str(exception.detail), errors=faults)
    return Response(body, status=exception.status_code, headers=_headers(exception))


def _refused(refusal: Refused) -> Response:
    fault = {"field": refusal.field or "", "code": refusal.code, "message": refusal.message}
    body = error_body(status_code=UNPROCESSABLE, code=refusal.code, detail=refusal.message, errors=[fault])
    return Response(body, status=UNPROCESSABLE)


def _invalid(exception: exceptions.ValidationError) -> Response:
    faults = list(_faults(exception.get_full_details()))
    told = [": ".join(part for part in (fault["field"], fault["message"]) if part) for fault in faults]
    detail = told[0] if len(told) == 1 else f"{len(told)} things in this call are not right."
    body = error_body(status_code=UNPROCESSABLE, code="invalid", detail=detail, errors=faults)
    return Response(body, status=UNPROCESSABLE)


def _faults(details: Any, field: str = "") -> Iterator[dict[str, str]]:
    """Flattens DRF's nested details: `registrations.2` names the third of a list."""
    if isinstance(details, dict) and set(details) == {"message", "code"} and isinstance(details["message"], str):
        yield {"field": field, "code": str(details["code"]), "message": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            below = "" if name == "non_field_errors" else str(name)
            yield from _faults(inner, ".".join(part for part in (field, below) if part))
    else:
        for place, inner in enumerate(details):
            row = isinstance(inner, dict) and "message" not in inner
            yield from _faults(inner, f"{field}.{place}" if row else field)


def _headers(exception: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = exception.auth_header
    if getattr(exception, "wait", None) is not None:
        headers["Retry-After"] = str(max(1, int(exception.wait)))
    return headers


# --- values ---


class Instant(serializers.DateTimeField):
    """An instant in UTC, ending in Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


_WORDS = {
    "required": "This field is missing.",
    "null": "This must not be null.",
    "blank": "This must not be empty.",
    "not_a_list": "Send a list here, in square brackets.",
    "empty": "Send at least one.",
    "invalid_choice": "“{input}” is none of the values that this takes.",
}
_KINDS: tuple[tuple[type[serializers.Field], str], ...] = (
    (serializers.BooleanField, "Send true or false."),
    (serializers.IntegerField, "Send a whole number."),
    (serializers.DateTimeField, "Send an instant such as 2024-07-05T09:00:00Z."),
    (serializers.DateField, "Send a date such as 2024-07-05."),
    (serializers.CharField, "Send a text, in quotation marks."),
)


def _say(field: Any) -> None:
    """Give a field our sentences in the place of the framework's, and those within it."""
    field.error_messages |= {code: words for code, words in _WORDS.items() if code in field.error_messages}
    kind = next((words for kind, words in _KINDS if isinstance(field, kind)), None)
    field.error_messages |= {"invalid": kind} if kind else {}
    unit = "rows" if isinstance(field, serializers.ListField) else "characters"
    for validator in field.validators:
        if isinstance(validator, MaxLengthValidator):
            validator.message = f"This takes at most {validator.limit_value:,} {unit}."
        elif isinstance(validator, MinLengthValidator):
            validator.message = "Send at least one."
        elif isinstance(validator, ProhibitNullCharactersValidator):
            validator.message = "This holds a null character. Take it out."
    if isinstance(field, serializers.ListField):
        _say(field.child)


class Spoken(serializers.Serializer):
    """What is wrong with a call is said in our words."""

    default_error_messages = {"invalid": "Send an object here, in braces."}

    @cached_property
    def fields(self) -> Any:
        fields = super().fields
        for field in fields.values():
            _say(field)
        return fields


class Strict(Spoken):
    """A name that nobody knows is refused, so that a typing error is seen."""

    unknown = "There is no such field."

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(unknown, self.unknown))
        return super().to_internal_value(data)


class Query(Strict):
    """The parameters of an address. An empty one says nothing."""

    unknown = "There is no such parameter."

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value({name: value for name, value in data.items() if value != ""})


def read(serializer: type[serializers.Serializer], data: Any) -> dict[str, Any]:
    """The checked values of a body or an address; 422 when they do not hold."""
    reader = serializer(data=data)
    reader.is_valid(raise_exception=True)
    return reader.validated_data


# --- lists ---

PAGE = 100


class Paged(Query):
    """The parameters that every long list has. Follow `next` rather than make them."""

    after = serializers.CharField(required=False, help_text="Rows after this one; taken from `next`.")
    before = serializers.CharField(required=False, help_text="Rows before this one; taken from `previous`.")


def page_of(
    request: Request, rows: QuerySet[Any], *, order: Sequence[str], anchors: QuerySet[Any], wanted: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """One page of rows, and the links around it: pages by key, so the thousandth costs what the first costs."""
    page = keyset(rows, order=order, anchors=anchors, after=wanted.get("after"), before=wanted.get("before"), size=PAGE)
    links = {"next": _link(request, after=page.next), "previous": _link(request, before=page.previous)}
    return page.rows, links


def _link(request: Request, **place: str) -> str | None:
    if not any(place.values()):
        return None
    kept = {name: value for name, value in request.query_params.items() if name not in ("after", "before")}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**kept, **place})}")


def whole(results: list[Any]) -> dict[str, Any]:
    """A short list, all of it on one page."""
    return {"next": None, "previous": None, "results": results}


def listing(row: type[serializers.Serializer], name: str) -> Any:
    """The schema of a page of rows."""
    fields = {
        "next": serializers.URLField(allow_null=True, help_text="The next page, or null."),
        "previous": serializers.URLField(allow_null=True, help_text="The page before, or null."),
        "results": row(many=True),
    }
    return type(f"{name}ListSerializer", (serializers.Serializer,), fields)


# --- the schema ---

CREATED = status.HTTP_201_CREATED
_SAID_BY_ALL = (401, 403, 422, 429)
_SAID_BY_UNSAFE = (400, 409, 415)


def described(
    *,
    name: str,
    summary: str,
    scope: str,
    answer: Any,
    example: Any,
    body: Any = None,
    body_example: Any = None,
    query: Any = None,
    status_code: int = 200,
    also: dict[int, Any] | None = None,
    also_example: dict[int, Any] | None = None,
) -> Callable[[Any], Any]:
    """Everything the schema says of one operation: its words, its scope, its body, its answers with an example.

    Summary is the first sentence; the handler's docstring is the description.
    """
    unsafe = body is not None
    statuses = [*_SAID_BY_ALL, *(_SAID_BY_UNSAFE if unsafe else ())]
    answers: dict[int, Any] = {status_code: answer, **dict.fromkeys(statuses, ErrorSerializer), **(also or {})}
    examples = [
        OpenApiExample(f"answer {status}", value=value, response_only=True, status_codes=[str(status)])
        for status, value in {status_code: example, **(also_example or {})}.items()
    ]
    if unsafe:
        examples.append(OpenApiExample("call", value=body_example, request_only=True))
    return extend_schema(
        operation_id=name,
        summary=summary,
        request=body,
        responses=answers,
        parameters=[*([query] if query else []), *([_KEY] if unsafe else [])],
        examples=examples,
        extensions={"x-scope": scope},
        auth=[{"token": []}],  # type: ignore[list-item]
        tags=[name.partition("_")[0].replace("-", " ")],
    )


_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=False,
    description=(
        "A text of your own, at most 100 characters, new for each act. The same call again with the same key, within "
        "seven days, is answered from the first one; with another body it is refused with 422, while the first is "
        "under way with 409."
    ),
)
