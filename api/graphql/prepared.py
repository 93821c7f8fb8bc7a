"""Answering operations: documents are parsed, limited and validated once, then run compiled or by graphql-core."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from time import thread_time
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    Visitor,
    execute_sync,
    validate,
    visit,
)
from graphql.execution.values import get_variable_values

from api.graphql.execution import Compiler, Level, UnusualError, Variables
from api.graphql.fields import Asking
from api.graphql.limits import LIMITS, Limits, check, check_nodes, parse_within

PREPARED = 256
"""Documents kept, parsed and validated."""
LIGHT = 200
"""Objects up to which an answer is made at once rather than in a worker thread."""
QUICK = 0.01
"""Seconds of computing (lately, at worst) up to which a larger answer of a known document is made at once, too."""
STREAMED = (
    "a subscription is answered as a stream: ask with `Accept: text/event-stream`, or over a WebSocket "
    "(graphql-transport-ws)"
)
COMPILED = 8
"""Compiled forms kept for each document: operations, and values of variables in `@skip` and `@include`."""


@dataclass
class Prepared:
    """A document, parsed and checked once."""

    document: DocumentNode | None
    errors: list[GraphQLError]
    operations: dict[str | None, OperationDefinitionNode] = field(default_factory=dict)
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    """Variables that `@skip` and `@include` use."""
    plans: OrderedDict[Any, Level | None] = field(default_factory=OrderedDict)
    seconds: float = QUICK * 2
    """Seconds of computing its answers lately took at worst; a high figure sinks by a tenth with each quicker one."""
    objects: int | None = 0
    """How many objects it could return; None: page sizes are in variables, so it is reckoned for each request."""


@dataclass(frozen=True)
class Answer:
    """What an operation gives: data (None if it was refused) and errors; ``compiled`` says which path it took."""

    data: Any
    errors: list[GraphQLError]
    compiled: bool = False
    started: bool = True
    """False when it was refused before execution (a request error)."""
    objects: int = 0
    """How many objects it could have held, as reckoned before it was made; 0 where it was refused."""


class _Flags(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        for argument in node.arguments:
            if isinstance(argument.value, VariableNode):
                self.names[argument.value.name.value] = None


class Executor:
    """Prepares, compiles and runs operations on one schema. Thread-safe."""

    def __init__(
        self, schema: GraphQLSchema, root: dict[str, Any], compiled: bool | None = None, limits: Limits = LIMITS
    ) -> None:
        self.schema = schema
        self.limits = limits
        self.root = root
        self.compiled = os.environ.get("COUNCIL_COMPILED", "1") != "0" if compiled is None else compiled
        self._known: OrderedDict[str, Prepared] = OrderedDict()
        self._lock = Lock()

    def light(self, text: str) -> bool:
        """Whether a document is known, compiled and small or quick: answering it takes less than handing it to a
        thread. Where variables set the size of pages the last answer says nothing of the next."""
        known = self._known.get(text)
        if known is None or known.objects is None or (known.objects > LIGHT and known.seconds > QUICK):
            return False
        return bool(known.plans) and None not in known.plans.values()

    def name(self, text: str, operation: str | None) -> str | None:
        """The name of the operation that is meant, if the document is known and has it."""
        known = self._known.get(text)
        chosen = None if known is None else choose(known, operation)
        return chosen.name.value if isinstance(chosen, OperationDefinitionNode) and chosen.name else None

    def prepare(self, text: str) -> Prepared:
        """Parse, limit and validate a document, or recall it."""
        with self._lock:
            known = self._known.get(text)
            if known is not None:
                self._known.move_to_end(text)
                return known
        made = self._prepare(text)
        with self._lock:
            self._known[text] = made
            while len(self._known) > PREPARED:
                self._known.popitem(last=False)
        return made

    def mutation(self, text: str, operation: str | None) -> frozenset[str] | None:
        """The fields at the root of the mutation that is asked for, also those a directive may skip; None where a
        query is asked for, or nothing that can be carried out.
        """
        prepared = self.prepare(text)
        chosen = choose(prepared, operation)
        if isinstance(chosen, GraphQLError) or chosen.operation != OperationType.MUTATION:
            return None
        return frozenset(_roots(chosen.selection_set, prepared.fragments))

    def _prepare(self, text: str) -> Prepared:
        try:
            document = parse_within(text, self.limits)
            check(document, self.limits)
        except GraphQLError as error:
            return Prepared(None, [error])
        errors = validate(self.schema, document, max_errors=20)
        if errors:
            return Prepared(None, errors)
        made = Prepared(document, [])
        for one in document.definitions:
            if isinstance(one, OperationDefinitionNode):
                made.operations[one.name.value if one.name else None] = one
            elif isinstance(one, FragmentDefinitionNode):
                made.fragments[one.name.value] = one
        flags = _Flags()
        visit(document, flags)
        made.flags = tuple(flags.names)
        try:
            made.objects = check_nodes(document, self.schema, None, self.limits)
        except GraphQLError as error:
            return Prepared(None, [error])
        return made

    def execute(
        self,
        text: str,
        variables: Variables | None,
        operation: str | None,
        asking: Asking,
        admit: Callable[[int], None] | None = None,
        event: dict[str, Any] | None = None,
    ) -> Answer:
        """Answer one operation of a document; a subscription is answered for one ``event`` of those it follows.
        ``admit`` is told how many objects the answer could hold before it is made, and may raise. Raises StoppedError
        where the reader's patience ends.
        """
        prepared = self.prepare(text)
        if prepared.objects is not None and prepared.objects <= LIGHT:  # how long it takes is of no interest
            return self._execute(prepared, variables, operation, asking, admit, event)
        begun = thread_time()
        try:
            return self._execute(prepared, variables, operation, asking, admit, event)
        finally:
            prepared.seconds = max(thread_time() - begun, 0.9 * prepared.seconds)

    def _execute(
        self,
        prepared: Prepared,
        variables: Variables | None,
        operation: str | None,
        asking: Asking,
        admit: Callable[[int], None] | None,
        event: dict[str, Any] | None,
    ) -> Answer:
        if prepared.document is None:
            return Answer(None, prepared.errors, started=False)
        chosen = choose(prepared, operation)
        if isinstance(chosen, GraphQLError):
            return Answer(None, [chosen], started=False)
        declared = chosen.variable_definitions
        values = get_variable_values(self.schema, declared, variables or {}, max_errors=20) if declared else {}
        if isinstance(values, list):
            return Answer(None, values, started=False)
        root = self.root if event is None else event
        if chosen.operation == OperationType.SUBSCRIPTION and event is None:
            return Answer(None, [GraphQLError(STREAMED, chosen)], started=False)
        objects = prepared.objects
        if objects is None:
            try:
                objects = check_nodes(prepared.document, self.schema, values, self.limits) or 0
            except GraphQLError as error:
                return Answer(None, [error], started=False)
        if admit is not None:
            admit(objects)
        if self.compiled and chosen.operation != OperationType.MUTATION:
            try:
                run = self._plan(prepared, chosen, values)
                if run is not None:
                    return Answer(run([root], asking, values)[0], [], compiled=True, objects=objects)
            except Exception:
                asking.columns = None  # the reference executor meets it again and words it as the specification wants
        result = execute_sync(
            self.schema,
            prepared.document,
            root,
            asking,
            variable_values=variables or {},
            operation_name=operation,
        )
        return Answer(result.data, result.errors or [], objects=objects)

    def _plan(self, prepared: Prepared, chosen: OperationDefinitionNode, values: Variables) -> Level | None:
        key = (id(chosen), *[(name, values.get(name)) for name in prepared.flags])
        if key in prepared.plans:
            return prepared.plans[key]
        run: Level | None
        try:
            run = Compiler(self.schema, prepared.fragments, values).operation(chosen)
        except UnusualError:
            run = None
        with self._lock:
            prepared.plans[key] = run
            while len(prepared.plans) > COMPILED:
                prepared.plans.popitem(last=False)
        return run


def _roots(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[str]:
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, InlineFragmentNode):
            yield from _roots(node.selection_set, fragments)
        elif isinstance(node, FragmentSpreadNode):
            yield from _roots(fragments[node.name.value].selection_set, fragments)


def choose(prepared: Prepared, name: str | None) -> OperationDefinitionNode | GraphQLError:
    """The operation that is asked for, or why there is none."""
    if name is None and len(prepared.operations) > 1:
        return GraphQLError("Must provide operation name if query contains multiple operations.")
    found = next(iter(prepared.operations.values()), None) if name is None else prepared.operations.get(name)
    return found or GraphQLError(f"Unknown operation named '{name}'." if name else "Must provide an operation.")
