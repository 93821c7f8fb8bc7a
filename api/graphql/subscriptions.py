"""Subscriptions: what can be followed, and what one operation follows.

A subscription is a query asked anew of every event it follows, as of that event's position. What it tells is a function
of document, variables and position, so a stream that goes on from a position tells what it would have told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import graphene
from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import get_argument_values, get_variable_values

from api.graphql import totals
from api.graphql.fields import Arguments, Asking, Rows, argument, plain, related
from api.graphql.nodes import Node, rows_of
from api.graphql.prepared import Prepared
from api.graphql.provenance import Event
from domain.facts import ATTESTED, CORRECTED, REDACTED
from domain.kinds import KINDS
from projections.following import EVERYTHING, Wanted

LONGEST = 100
"""Words of one list in the arguments."""

VERBS = frozenset({ATTESTED, CORRECTED, REDACTED, *(verb for kind in KINDS.values() for verb in kind.verbs)})
PUBLISHED = tuple(name for name, kind in KINDS.items() if kind.published)

_AFTER = argument(
    graphene.Int,
    "Begin after this position of the log: 0 tells everything from the beginning, the position of the last answer "
    "goes on from there. Without it, what is recorded from now on.",
)
_KINDS = argument(
    graphene.List(graphene.NonNull(graphene.String)), "Only records of these kinds: vote, meeting, veto …"
)
_SOURCES = argument(graphene.List(graphene.NonNull(graphene.String)), "Only what these data sets state.")


@dataclass(frozen=True, slots=True)
class Followed:
    """What a subscription follows: the events wanted after a position (None: from now on). ``newest``: of several that
    are there already only the last is told.
    """

    after: int | None
    wanted: Wanted
    newest: bool = False


def _event(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    return list(parents)


def _record(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    return rows_of([parent["record"] for parent in parents], asking)


class Subscription(graphene.ObjectType):
    """What is recorded, as it is recorded. Each answer is given as of the position of one event, which stands in its
    `extensions.archive`; `after` goes on from there with neither loss nor repetition.
    """

    events = related(
        Event,
        _event,
        "Every event of the log: what was recorded, by whom, from which source. Its `node` reads as of the event.",
        args={
            "after": _AFTER,
            "kinds": _KINDS,
            "verbs": argument(
                graphene.List(graphene.NonNull(graphene.String)),
                "Only events that say this of their record: taken, attested, corrected …",
            ),
            "sources": _SOURCES,
            "records": argument(graphene.List(graphene.NonNull(graphene.ID)), "Only events of these records, by id."),
        },
        required=True,
    )
    recorded = related(
        Node,
        _record,
        "Every new record (vote, veto, meeting …) once, as the event that opened it has it read. What is said of it "
        "later, by other sources and corrections, `events` tells.",
        args={"after": _AFTER, "kinds": _KINDS, "sources": _SOURCES},
    )
    archive = related(
        totals.Archive,
        totals.archive,
        "The state of the archive whenever it has moved on. Only the newest state is told: those between two answers "
        "are passed over.",
        args={"after": _AFTER},
        required=True,
    )


def followed(
    schema: GraphQLSchema, prepared: Prepared, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> Followed | list[GraphQLError]:
    """What an operation of a validated document follows, or why it cannot be told."""
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables), max_errors=20)
    if isinstance(values, list):
        return values
    root = schema.subscription_type
    assert root is not None
    fields = collect_fields(schema, prepared.fragments, values, root, operation.selection_set)
    if len(fields) != 1:
        return [GraphQLError("the subscription follows nothing: its field is skipped by a directive", operation)]
    ((node, *_),) = fields.values()
    try:
        arguments = plain(get_argument_values(root.fields[node.name.value], node, values))
        return _FOLLOWED[node.name.value](arguments)
    except GraphQLError as error:
        return [GraphQLError(error.message, node)]


def _events(arguments: Arguments) -> Followed:
    kinds = _words(arguments, "kinds", KINDS)
    verbs = _words(arguments, "verbs", VERBS)
    return Followed(
        _after(arguments),
        Wanted(kinds, verbs, _words(arguments, "sources"), _words(arguments, "records")),
    )


def _opened(arguments: Arguments) -> Followed:
    kinds = _words(arguments, "kinds", PUBLISHED) or PUBLISHED
    return Followed(_after(arguments), Wanted(kind=kinds, source=_words(arguments, "sources"), opening=True))


_FOLLOWED: dict[str, Callable[[Arguments], Followed]] = {
    "events": _events,
    "recorded": _opened,
    "archive": lambda arguments: Followed(_after(arguments), EVERYTHING, newest=True),
}


def _after(arguments: Arguments) -> int | None:
    after: int | None = arguments.get("after")
    if after is not None and after < 0:
        raise GraphQLError(f"`after` is a position of the log, 0 or more, not {after}")
    return after


def _words(arguments: Arguments, name: str, known: Mapping[str, Any] | Sequence[str] | frozenset[str] = ()) -> Any:
    """A list of the arguments, each word once. Raises GraphQLError for one that nothing in the archive bears."""
    words = tuple(dict.fromkeys(arguments.get(name) or ()))
    if len(words) > LONGEST:
        raise GraphQLError(f"`{name}` holds at most {LONGEST} words, not {len(words)}")
    if arguments.get(name) == []:
        raise GraphQLError(f"`{name}` is an empty list, so nothing would be told: leave it out to follow all")
    unknown = [word for word in words if known and word not in known]
    if unknown:
        raise GraphQLError(f"`{name}`: {unknown[0]!r} is none of {', '.join(sorted(known))}")
    return words
