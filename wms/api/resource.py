"""How a resource is written: one line for an action, one short function for a question.

A command loads its body, makes the action's request and runs it in its one transaction with the first answer kept; a
question runs on a snapshot. Both are documented from what they call: the action's own words, its schemas, and every
error its docstring says it raises.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypedDict, TypeVar, Unpack
from uuid import UUID

from flask import Response, abort, jsonify, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy.orm import Session

from wms.api.documents import Source, document_errors, words_of
from wms.api.errors import RequestIdDiffers
from wms.delivery import work
from wms.delivery.errors import RequestIdMissing
from wms.delivery.identity import actor, now, require_own_page
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden
from wms.kernel.paging import MOST, CursorInvalid
from wms.schemas import View, paged
from wms.schemas.bodies import Strict
from wms.schemas.fields import Text

T = TypeVar("T")
Answer = Callable[..., Any]
OF_COMMANDS: tuple[Source, ...] = (RequestIdMissing, RequestIdDiffers)
Show = Callable[[Session, Any], Any]
ID_HEADER = "Idempotency-Key"


class How(TypedDict, total=False):
    """What is unlike the plain case of a command.

    `name` of the operation where the action's own is taken; `status` of the answer, also to a repeat (201); `show`
    makes what is dumped from the result; `run` stands in for the action where that takes no request of its own, and
    gets the body's values. A `secret` answer is never kept: a repeat gets it without the secret. `also` names errors,
    or actions with theirs, beyond the action's own.
    """

    name: str
    status: int
    show: Show
    run: Callable[..., Any]
    secret: bool
    also: tuple[Source, ...]


class PageQuery(Strict):
    """Where a list goes on."""

    cursor = Text(longest=400, metadata={"description": "`next_cursor` of the page before"})
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))


class Resource:
    """One resource of the interface and its addresses."""

    def __init__(self, name: str, description: str) -> None:
        self.blueprint = Blueprint(f"api-{name}", __name__, description=description)
        self.name = name
        self.sources: list[Source] = []  # whose errors its documents name

    def command(
        self,
        rule: str,
        action: Callable[..., Any],
        takes: type[Schema],
        gives: View,
        makes: type[Any] | None = None,
        **how: Unpack[How],
    ) -> None:
        """Offer `action(session, makes(**body, **path), by=, at=)` at POST `rule`, answered as `gives`."""
        act, show = how.get("run", action), how.get("show")

        def call(body: dict[str, Any], **path: Any) -> Any:
            values, by, at = body | path, actor(), now()
            wanted = values if makes is None else makes(**values)

            def do(session: Session) -> Any:
                return act(session, wanted, by=by, at=at)

            def shown(session: Session, result: Any) -> Any:
                return gives().dump(show(session, result) if show else result)

            if how.get("secret"):
                return work.write(lambda session: shown(session, do(session)))
            return work.command(body["id"], do, shown)

        call.__name__ = how.get("name", action.__name__)
        call.__doc__ = words_of(action)
        view = self._shaped(call, gives, how.get("status", 201), raises=(action, *OF_COMMANDS, *how.get("also", ())))
        view = self.blueprint.arguments(takes, location="json")(_with_id(view))
        self._add(rule, "POST", view)

    def get(
        self, rule: str, gives: View, *, query: type[Schema] | None = None, needs: Permission | None = None,
        raises: Sequence[Source] = (), public: bool = False,
    ) -> Callable[[Answer], Answer]:  # fmt: skip
        """Offer a question `ask(session, [query,] **path)` at GET `rule`, answered as `gives` of what it returns."""

        def decorate(ask: Answer) -> Answer:
            @wraps(ask)
            def call(*args: Any, **path: Any) -> Any:
                _require(needs, public=public)
                return work.read(lambda session: gives().dump(ask(session, *args, **path)))

            view = self._shaped(call, gives, 200, raises=(ask, *raises, *_of_query(query, needs)))
            if query is not None:
                view = self.blueprint.arguments(query, location="query", unknown=RAISE)(view)
            self._add(rule, "GET", view, public=public)
            return ask

        return decorate

    def file(
        self, rule: str, kind: str, *, query: type[Schema] | None = None, needs: Permission | None = None,
        raises: Sequence[Source] = (),
    ) -> Callable[[Answer], Answer]:  # fmt: skip
        """Offer a paper at GET `rule`: `make(session, [query,] **path)` returns it, as bytes of type `kind`."""

        def decorate(make: Answer) -> Answer:
            @wraps(make)
            def call(*args: Any, **path: Any) -> Response:
                _require(needs, public=False)
                paper = work.read(lambda session: make(session, *args, **path))
                response = Response(paper.body, mimetype=paper.kind)
                response.headers["Content-Disposition"] = f'attachment; filename="{paper.name}"'
                response.headers["Cache-Control"] = "no-store"
                return response

            said = {"type": "string", "format": "binary"}
            found = (make, *raises, *_of_query(query, needs))
            self.sources += found
            documented = self.blueprint.alt_response(200, schema=said, content_type=kind, success=True)(call)
            view = document_errors(self.blueprint, documented, found)
            if query is not None:
                view = self.blueprint.arguments(query, location="query", unknown=RAISE)(view)
            self._add(rule, "GET", view)
            return make

        return decorate

    def page(
        self, rule: str, item: View, *, query: type[Schema] = PageQuery, needs: Permission | None = None,
        raises: Sequence[Source] = (),
    ) -> Callable[[Answer], Answer]:  # fmt: skip
        """Offer a list at GET `rule`: `ask(session, query, **path)` returns a page."""
        return self.get(rule, paged(item), query=query, needs=needs, raises=raises)

    def _shaped(self, call: Answer, gives: View, status: int, raises: Sequence[Source]) -> Answer:
        @wraps(call)
        def answer(*args: Any, **path: Any) -> Response:
            response = jsonify(call(*args, **path))
            response.status_code = status
            response.headers["Cache-Control"] = "no-store"
            return response

        self.sources += raises
        documented: Answer = self.blueprint.alt_response(status, schema=gives, success=True)(answer)
        return document_errors(self.blueprint, documented, raises)

    def _add(self, rule: str, method: str, view: Answer, *, public: bool = False) -> None:
        guarded = view if public else _guarded(view)
        name = f"{method.lower()}_{view.__name__}_{rule.strip('/').replace('/', '_')}"
        documented = self.blueprint.doc(operationId=view.__name__, **({"security": []} if public else {}))(guarded)
        self.blueprint.add_url_rule(rule, endpoint=name, view_func=documented, methods=[method])


def query_of(name: str, **own: fields.Field[Any]) -> type[Schema]:
    """Return the query of a list with filters of its own."""
    made: type[Schema] = type(name, (PageQuery,), own)
    return made


def first_of(*permissions: Permission) -> None:
    """Raise Forbidden unless the actor holds one of the permissions."""
    by = actor()
    if not any(by.may(permission) for permission in permissions):
        raise Forbidden(permission=permissions[0].value)


def _of_query(query: type[Schema] | None, needs: Permission | None) -> Sequence[Source]:
    paged_query: Sequence[Source] = (CursorInvalid,) if query is not None and issubclass(query, PageQuery) else ()
    return (*paged_query, Forbidden) if needs is not None else paged_query


def _require(needs: Permission | None, *, public: bool) -> None:
    if needs is not None and not public:
        actor().must(needs)


def _guarded(view: Answer) -> Answer:
    """Ask who it is before looking at what they sent."""

    @wraps(view)
    def guarded(*args: Any, **path: Any) -> Any:
        require_own_page()
        actor()
        if request.content_length and not request.is_json:
            abort(415)
        return view(*args, **path)

    return guarded


def _with_id(view: Answer) -> Answer:
    """Give the body the request's id: its own, or the header's; both must agree."""

    @wraps(view)
    def identified(body: dict[str, Any], **path: Any) -> Any:
        header = request.headers.get(ID_HEADER)
        if header is not None and _uuid(header) != body.setdefault("id", _uuid(header)):
            raise RequestIdDiffers
        if body.get("id") is None:
            raise RequestIdMissing
        return view(body, **path)

    return identified


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise RequestIdDiffers from error
