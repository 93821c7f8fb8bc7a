"""Mutations: record, correct and redact, by the one door and its rules; nothing is decided here.

What a rule refuses comes back as data, in `faults`: the client shows it beside the field it belongs to. What the
transport refuses (no token, a scope that lacks, somebody else came first) is an error of GraphQL with a code.

Mutations run in graphql-core's own executor, one field after another. After each one the read models are brought up to
the log and its payload is answered from a new snapshot, so that writers read what they wrote.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from typing import Any

import graphene
from graphql import GraphQLError

from api.access import ADMINISTER, CORRECT, RECORD, ForbiddenError, Principal, UnauthenticatedError
from api.context import Context
from api.graphql.citing import CITE
from api.graphql.fields import (
    Arguments,
    Asking,
    Rows,
    Words,
    argument,
    boolean,
    column,
    given,
    listed,
    number,
    plain,
    related,
    text,
    word,
)
from api.graphql.nodes import Node, rows_of
from api.graphql.scalars import JSON
from api.graphql.standing import SAVE
from domain.archive import ConflictError
from domain.decisions import Outcome
from domain.drafts import Draft, Fault, RefusedError
from domain.facts import FactError, Source
from domain.recording import Recorded, correct_live, record_live

LOG = logging.getLogger("council.access")

SCOPE = {"record": RECORD, "correct": CORRECT, "redact": ADMINISTER}
"""The scope each mutation needs."""

OPEN = frozenset({"saveSearch", "cite"})
"""The mutations that need no token: what they keep is a question, and nothing of who asks it."""


class Writing(Asking):
    """A mutation being carried out: by whom, and on which snapshot its payload is answered."""

    __slots__ = ("_open", "address", "principal")

    def __init__(self, context: Context, principal: Principal, address: str) -> None:
        self._open = ExitStack()
        self.principal, self.address = principal, address
        super().__init__(context, self._open.enter_context(context.views.reader()))

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def follow(self) -> None:
        """Let the read models take in what was written, and answer from there on. What is written stays written
        when they cannot: the failure is logged, and they take it in later.
        """
        try:
            if self.context.catch_up is not None:
                self.context.catch_up()
        except Exception:
            LOG.exception("the read models could not follow what %r wrote", self.principal.name)
        self._open.close()
        self.read = self._open.enter_context(self.context.views.reader())
        self.memo.clear()


class SourceInput(graphene.InputObjectType):
    """Where a fact comes from."""

    name = given("The data set, or `document` for a document of the Council.", required=True)
    row = given("File and row in the data set, for a person to find it again.")
    document = given("Symbol of the document that states it, such as `S/PV.7354`.")
    part = given("Tells apart several statements of one source about one record; the first is 0.", graphene.Int)


class FactInput(graphene.InputObjectType):
    """A fact to be recorded: what a source says of one record."""

    kind = given("Kind of record: `vote`, `meeting` …", required=True)
    id = given("The record's id; without it, the kind makes one from the fields.")
    verb = given("What happened, in the kind's own word (`taken`, `convened` …); needed only where it has several.")
    fields = given("What is said, by field: a JSON object. Null takes back what the source said.", JSON, required=True)
    source = given("Who says so; without it, a document that is not named.", SourceInput)


_BECAME = Words(
    "Became",
    "What became of a record.",
    {
        "OPENED": ("opened", "It is new; this is the first that is said of it."),
        "ATTESTED": ("attested", "Others spoke of it already; this stands beside."),
        "CORRECTED": ("corrected", "A field reads otherwise now."),
        "REDACTED": ("redacted", "The persons it names are withheld for ever."),
        "KNOWN": ("known", "All of it stood in the log already; nothing was added."),
    },
).enum()


def _nodes(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    return rows_of([parent["record"] for parent in parents], asking)


class RecordOutcome(graphene.ObjectType):
    """What became of one record."""

    record = column(graphene.ID, "record", "The record's id.")
    became = word(_BECAME, "became", "Whether it is new, attested, corrected, redacted, or was known.")
    corrected = column(graphene.List(graphene.NonNull(graphene.String)), "corrected", "The fields that were corrected.")
    node = related(Node, _nodes, "The record as it reads now; null for kinds that are told through others.")


class FactFault(graphene.ObjectType):
    """Why a fact was refused. One fault refuses all facts of the mutation: nothing of it is written."""

    index = number("index", "Which fact, counted from 0; null if it is about none in particular.", required=False)
    record = text("record", "The record it speaks of, or its kind where it has no id yet.", required=False)
    field = text("field", "The field that breaks the rule; null if it is none in particular.", required=False)
    path = column(
        graphene.List(graphene.NonNull(graphene.String)), "path", "The way to it in the arguments: `facts`, `0`, …"
    )
    rule = text("rule", "The rule, what was given, and what is expected.")


class RecordPayload(graphene.ObjectType):
    """What became of a mutation. Either `faults` is empty, or nothing was written."""

    first = number("first", "Position of the first event written; null if none was.", required=False)
    last = number("last", "Position from which on all of it is in the log; null if it was refused.", required=False)
    repeated = boolean("repeated", "Whether it had been done before under the same key; this is what it did then.")
    records = column(graphene.List(graphene.NonNull(graphene.ID)), "records", "For each fact, in order, its record.")
    outcomes = listed(
        RecordOutcome, lambda rows, _, __: [row["outcomes"] for row in rows], "Each record, once.", weight=100
    )
    faults = listed(
        FactFault, lambda rows, _, __: [row["faults"] for row in rows], "All that is wrong; empty if nothing is."
    )


class RedactPayload(RecordPayload):
    """What became of a redaction. Either `faults` is empty, or nothing was written."""

    also_in = column(
        graphene.List(graphene.NonNull(graphene.String)),
        "also_in",
        "Fields of the record, not sealed, in which a name stands too (`remark`, `source.row`): there it stays.",
    )


def _writing(info: Any) -> Writing:
    """The writer that a root field is carried out for. The endpoint asked the same before; this is the second lock."""
    writing, scope = info.context, SCOPE[info.field_name]
    if not isinstance(writing, Writing):
        raise _coded(UnauthenticatedError())
    if not writing.principal.may(scope):
        raise _coded(ForbiddenError(scope))
    return writing


def _coded(error: Exception, code: str | None = None) -> GraphQLError:
    return GraphQLError(str(error), extensions={"code": code or getattr(error, "code", None)})


def _record(_: Any, info: Any, facts: list[Any], key: str | None = None) -> dict[str, Any]:
    writing = _writing(info)
    told = plain(facts)
    shapeless = [n for n, fact in enumerate(told) if not isinstance(fact["fields"], Mapping)]
    if shapeless:
        rule = "this is no JSON object: give each field by its name"
        return _refused(_placed_among_facts, [Fault(n, told[n]["kind"], "", rule) for n in shapeless])
    drafts = [_draft(fact) for fact in told]

    def work() -> Recorded:
        return record_live(writing.context.archive, drafts, by=writing.principal.name, key=plain(key))

    return _carried_out(writing, work, _placed_among_facts)


def _draft(fact: Mapping[str, Any]) -> Draft:
    given = {name: fact[name] for name in ("id", "verb") if fact.get(name)}
    if fact.get("source"):
        given["source"] = Source(**{name: said for name, said in fact["source"].items() if said is not None})
    return Draft(kind=fact["kind"], fields=fact["fields"], **given)


def _correct(_: Any, info: Any, **arguments: Any) -> dict[str, Any]:
    writing = _writing(info)
    said = plain(arguments)
    if "now" not in said:
        raise GraphQLError("give `now`: what the field reads from here on, or null to take its value away")
    record, field, now = (said.pop(name) for name in ("record", "field", "now"))

    def work() -> Recorded:
        return correct_live(writing.context.archive, record, field, now, by=writing.principal.name, **said)

    return _carried_out(writing, work, _placed_in_correction)


def _redact(_: Any, info: Any, record: str, authority: str, reason: str) -> dict[str, Any]:
    writing = _writing(info)
    archive, by = writing.context.archive, writing.principal.name
    names: dict[str, list[str]] = {}

    def work() -> Recorded:
        names.update(archive.names(plain(record)))  # before: afterwards nobody knows them
        entry = archive.redact(plain(record), authority=plain(authority), reason=plain(reason), by=by)
        return Recorded(entry.position, entry.position, (entry.record,), (Outcome(entry.record),))

    told = _carried_out(writing, work, _placed_in_correction)
    for outcome in told["outcomes"]:
        outcome["became"] = "redacted"
    told["also_in"] = [] if told["faults"] else archive.repeated(plain(record), names)
    return told


Placed = Callable[[Fault], list[str]]
"""The way to a fault in a mutation's arguments."""


def _placed_among_facts(fault: Fault) -> list[str]:
    if fault.index < 0:
        return [fault.field] if fault.field == "key" else ["facts"]
    inner = [] if fault.field in ("id", "kind", "verb", "source") else ["fields"]
    return ["facts", str(fault.index), *inner, *filter(None, [fault.field])]


def _placed_in_correction(fault: Fault) -> list[str]:
    return [fault.field if fault.field in ("record", "authority", "reason", "key") else "now"]


def _carried_out(writing: Writing, work: Callable[[], Recorded], placed: Placed) -> dict[str, Any]:
    """The payload of a piece of work. Raises GraphQLError when another writer came between."""
    try:
        done = work()
    except RefusedError as refused:
        return _refused(placed, refused.faults)
    except FactError as error:
        return _refused(lambda _: [], [Fault(-1, "", "", str(error))])
    except ConflictError as error:
        raise _coded(error, "CONFLICT") from error
    if done.first and not done.repeated:
        who, where = writing.principal.name, writing.address
        LOG.info("%r wrote positions %d to %d from %s", who, done.first, done.last, where)
    writing.follow()
    return {
        "first": done.first or None,
        "last": done.last,
        "repeated": done.repeated,
        "records": done.records,
        "outcomes": [_outcome(one) for one in done.outcomes],
        "faults": [],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    became = "opened" if outcome.opened else "attested" if outcome.attested else "corrected"
    return {
        "record": outcome.record,
        "became": "known" if outcome.known else became,
        "corrected": list(outcome.corrected),
    }


def _refused(placed: Placed, faults: Iterable[Fault]) -> dict[str, Any]:
    told = [
        {
            "index": None if fault.index < 0 else fault.index,
            "record": fault.record or None,
            "field": fault.field or None,
            "path": placed(fault),
            "rule": fault.rule,
        }
        for fault in faults
    ]
    return {"first": None, "last": None, "repeated": False, "records": [], "outcomes": [], "faults": told}


_RECORD = argument(graphene.ID, "The record's id, such as `vote:S/RES/1559`.", required=True)
_AUTHORITY = argument(graphene.String, "On whose authority: a document's symbol, an office.", required=True)
_REASON = argument(graphene.String, "Why.", required=True)
_KEY = argument(
    graphene.String, "Any text that is new for every new mutation: sent again under the same key, nothing is added."
)


def _mutation(doc: str, resolver: Callable[..., Any], payload: Any = RecordPayload, **args: Any) -> graphene.Field:
    return graphene.Field(payload, required=True, description=doc, resolver=resolver, args=args)


class Mutation(graphene.ObjectType):
    """What writers may do. All but `saveSearch` need a bearer token with a scope (docs/writing.md). Sent with POST."""

    record = _mutation(
        "Record facts: all of them or, if one breaks a rule, none. Scope: record.",
        _record,
        facts=argument(
            graphene.List(graphene.NonNull(FactInput)),
            "The facts, in order; those before hold for those after.",
            required=True,
        ),
        key=_KEY,
    )
    correct = _mutation(
        "Put a field of a record right on somebody's authority; the earlier value stays in the log. Scope: correct.",
        _correct,
        record=_RECORD,
        field=argument(graphene.String, "The field, by its name in the record's kind.", required=True),
        now=argument(JSON, "What it reads from here on; null takes its value away."),
        authority=_AUTHORITY,
        reason=_REASON,
        expected_version=argument(
            graphene.Int, "The record's version that was read: if it has moved on, the code is CONFLICT."
        ),
        key=_KEY,
    )
    redact = _mutation(
        "Make the personal fields of a record unreadable for good. Scope: administer.",
        _redact,
        RedactPayload,
        record=_RECORD,
        authority=_AUTHORITY,
        reason=_REASON,
    )
    save_search = SAVE
    cite = CITE
