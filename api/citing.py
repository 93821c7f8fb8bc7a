"""Citations: a question with the state it was answered from and the hash of the answer, under a short id for good.

What is cited is a GraphQL query (its document and variables in normal form) or a page (its address), a position of the
log, and the bytes that came: the data, or what the page shows. Asked again, the same query at the same position gives
the same bytes, whatever has been recorded since; the hash tells whether it does. The id follows
from query and answer alone: who cites the same has the same id, and a query whose answer has not changed is not cited
twice (RDA Dynamic Data Citation, R4, R6 and R9).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, Any, Final

import orjson
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    print_ast,
    visit,
)

from api.citation import Citation, Citations, FullError, UnreachableError, query_of
from api.graphql import answers
from api.state import State, state
from projections.patience import Patience

if TYPE_CHECKING:
    from api.context import Context
    from api.graphql.limits import Limits
    from api.graphql.prepared import Answer, Executor, Prepared

LONGEST: Final = 100_000
"""Characters of a document and of its variables at most."""

MOVING: Final = {
    "search": "what a search finds, and in which order, depends on the index of the day: cite the records it found",
    "savedSearch": "what a standing search finds depends on the index of the day: cite the records it found",
    "citation": "a citation tells what has changed since: cite its query",
}
"""Fields that do not stand still at a position → what to do instead."""


class CitingError(ValueError):
    """A query that cannot be cited as asked; the message says why, and what to do."""


# --- Normal form ----------------------------------------------------------------------------------------------------


def id_of(document: str, variables: str, answer: bytes) -> str:
    """The id of a citation: 16 letters and digits, the same wherever the same query had the same answer."""
    told = orjson.dumps([document, variables, sha256(answer).hexdigest()])
    return base64.b32encode(blake2b(told, digest_size=10).digest()).decode().lower()


def normal(prepared: Prepared, operation: str | None, variables: dict[str, Any]) -> tuple[str, str]:
    """Document and variables in normal form: one operation, the fragments it uses, the variables it declares.

    White space, commas, comments and what is not used go; the order of fields stays, for the answer follows it. Raises
    :class:`CitingError` for what is no single query.
    """
    chosen = _chosen(prepared, operation)
    used = list(_used(chosen, prepared.fragments))
    document = "\n\n".join(print_ast(node) for node in (chosen, *(prepared.fragments[name] for name in used)))
    declared = {each.variable.name.value for each in chosen.variable_definitions or ()}
    told = {name: value for name, value in variables.items() if name in declared}
    return document, orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()


def _chosen(prepared: Prepared, operation: str | None) -> OperationDefinitionNode:
    if not prepared.operations or (operation is None and len(prepared.operations) > 1):
        raise CitingError("the document holds several operations: name the one to cite")
    chosen = prepared.operations.get(operation) if operation else next(iter(prepared.operations.values()))
    if chosen is None:
        raise CitingError(f"the document has no operation {operation!r}")
    if chosen.operation != OperationType.QUERY:
        raise CitingError("only a query can be cited: it asks, and changes nothing")
    return chosen


class _Names(Visitor):
    """The fragments and the fields that a node names."""

    def __init__(self) -> None:
        super().__init__()
        self.fragments: dict[str, None] = {}
        self.fields: list[FieldNode] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.fragments[node.name.value] = None

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.fields.append(node)


def _names(node: OperationDefinitionNode | FragmentDefinitionNode) -> _Names:
    names = _Names()
    visit(node, names)
    return names


def _used(chosen: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]) -> Iterable[str]:
    """The fragments an operation uses, itself or through others, in the order it comes to them."""
    used, waiting = dict[str, None](), list(_names(chosen).fragments)
    while waiting:
        name = waiting.pop(0)
        if name not in used:
            used[name] = None
            waiting += _names(fragments[name]).fragments
    return used


def check_still(prepared: Prepared, operation: str | None) -> None:
    """Refuse what would not stand still at a position. Raises :class:`CitingError`."""
    chosen = _chosen(prepared, operation)
    nodes: list[OperationDefinitionNode | FragmentDefinitionNode] = [chosen]
    nodes += [prepared.fragments[name] for name in _used(chosen, prepared.fragments)]
    for field in (field for node in nodes for field in _names(node).fields):
        name = field.name.value
        if name in MOVING:
            raise CitingError(f"`{name}` cannot be cited: {MOVING[name]}")


def title_of(document: str) -> str:
    """What a citation is called: the operation's name, in words, or what is asked for at the root."""
    named = re.match(r"query\s+([A-Za-z_]\w*)", document)
    if named:
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+", " ", named[1]).strip()
        return words[:1].upper() + words[1:]
    roots = re.findall(r"^  (?:\w+: )?(\w+)", document.partition("\n}")[0], re.MULTILINE)
    fields = list(dict.fromkeys(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower() for name in roots))
    return f"Query on {', '.join(fields[:3])}{' and more' if len(fields) > 3 else ''}"


@dataclass(frozen=True, slots=True)
class Asker:
    """On which terms somebody asks: how long an answer may take, and what is told how many objects it could hold."""

    patience: Patience | None = None
    admit: Callable[[int], None] | None = None


ANYBODY: Final = Asker()


# --- Asking ---------------------------------------------------------------------------------------------------------


@cache
def executor(limits: Limits | None) -> Executor:
    """What runs queries that are cited, under the same limits as any other."""
    from api.graphql.limits import LIMITS
    from api.graphql.prepared import Executor
    from api.graphql.schema import ROOT, SCHEMA

    return Executor(SCHEMA, ROOT, limits=limits or LIMITS)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it is cited: its bytes and media type, the state that gave it; whether it tells a name under seal.

    ``shown``: what two answers are compared by: the data, or the lines of text of a page.
    """

    body: bytes
    media: str
    shown: Any
    state: State
    named: bool

    @property
    def sha256(self) -> str:
        """The hash of the bytes, in hexadecimal digits."""
        return sha256(self.body).hexdigest()


def ask(
    context: Context, document: str, variables: dict[str, Any], at: int | None = None, by: Asker = ANYBODY
) -> Answered:
    """Answer a query as of a position, or now.

    Raises :class:`CitingError` with what was wrong, ViewsError for a position the archive has not reached, and what the
    asker raises when too much is asked for.
    """
    from api.graphql.fields import Asking

    watching, watch = answers.watched(context)
    with context.views.reader(patience=by.patience) as now:
        read = now.at(now.position if at is None else at)
        read.reached = read.position  # so that it reads the same however far the log has come meanwhile
        try:
            answer = executor(context.limits).execute(document, variables, None, Asking(watching, read), by.admit)
        except RecursionError:
            raise CitingError("the document is nested too deeply") from None
        told = state(context, read)
    _without_errors(answer)
    body = orjson.dumps({"data": answer.data})
    return Answered(body, "application/json", answer.data, told, watch.named)


def _without_errors(answer: Answer) -> None:
    if answer.errors:
        first = answer.errors[0]
        where = f" (at {'.'.join(map(str, first.path))})" if first.path else ""
        raise CitingError(f"only an answer without errors can be cited: {first.message}{where}")


def cite(
    context: Context,
    document: str,
    variables: dict[str, Any] | None = None,
    operation: str | None = None,
    position: int | None = None,
    by: Asker = ANYBODY,
) -> tuple[Citation, bool]:
    """Cite a query as it is answered now, or as of a position; gives the citation and whether it is new.

    Where the same query was cited before and had the same answer, that citation is given. Raises
    :class:`CitingError`, :class:`FullError`, :class:`UnreachableError`, ViewsError.
    """
    store = _store(context)
    values = variables or {}
    if len(document) > LONGEST or len(orjson.dumps(values)) > LONGEST:
        raise CitingError(f"a query of more than {LONGEST} characters is not kept: ask for less, or in parts")
    prepared = executor(context.limits).prepare(document)
    if prepared.errors:
        raise CitingError(prepared.errors[0].message)
    text, told = normal(prepared, operation, values)
    check_still(prepared, operation)
    answered = ask(context, text, orjson.loads(told), position, by)
    return store.keep(_made("query", title_of(text), text, told, answered, _schema()))


def cite_page(
    context: Context, address: str, position: int | None = None, by: Asker = ANYBODY
) -> tuple[Citation, bool]:
    """Cite a page of the portal as it stands now, or as of a position; the rest as :func:`cite`."""
    from api.portal import cited

    store = _store(context)
    title, answered = cited.shown(context, address, position, by.patience)
    return store.keep(_made("page", title, cited.normal(address), "{}", answered, cited.made_by()))


def again(context: Context, cited: Citation, at: int | None, by: Asker = ANYBODY) -> Answered:
    """Answer a cited query as of a position, or now. Raises as :func:`ask`."""
    if cited.kind == "page":
        from api.portal.cited import shown

        return shown(context, cited.document, at, by.patience)[1]
    return ask(context, cited.document, orjson.loads(cited.variables), at, by)


def made_now(cited: Citation) -> str:
    """What would answer this citation now: another release may answer otherwise."""
    if cited.kind == "page":
        from api.portal.cited import made_by

        return made_by()
    return _schema()


def _schema() -> str:
    from api.graphql.http import MADE_BY

    return MADE_BY


def _store(context: Context) -> Citations:
    if context.citations is None:
        raise UnreachableError("this archive keeps no citations")
    return context.citations


def _made(kind: str, title: str, document: str, variables: str, answered: Answered, made_by: str) -> Citation:
    return Citation(
        id=id_of(document, variables, answered.body),
        kind=kind,
        title=title,
        document=document,
        variables=variables,
        position=answered.state.position,
        recorded=answered.state.recorded or "",
        checkpoint=answered.state.checkpoint,
        sha256=answered.sha256,
        size=len(answered.body),
        cited="",
        made_by=made_by,
    )


def find(context: Context, id: str) -> Citation | None:
    """The citation of an id; None if there is none. Raises :class:`UnreachableError`."""
    return context.citations.find(id) if context.citations is not None else None


__all__ = [
    "ANYBODY",
    "Answered",
    "Asker",
    "Citation",
    "Citations",
    "CitingError",
    "FullError",
    "UnreachableError",
    "again",
    "ask",
    "cite",
    "cite_page",
    "find",
    "id_of",
    "made_now",
    "normal",
    "query_of",
    "title_of",
]
