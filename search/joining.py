"""Parts of a query put together: rows of parts in normal order, countries joined with how they voted."""

from __future__ import annotations

from typing import Final

from search.normal import written
from search.query import All, Any, Filter, Named, Node, Not, Pattern, Span


def conjunction(parts: list[Node]) -> Node:
    """All of the parts, in normal order: words, symbols, what is excluded, fields by name. Groups within are taken in,
    but for those that say who voted how: they belong together."""
    flat: list[Node] = []
    for part in parts:
        if isinstance(part, All) and not (len(parts) > 1 and any(map(_of_votes, part.parts))):
            flat += part.parts
        else:
            flat.append(part)
    ordered = _ordered(flat)
    return ordered[0] if len(ordered) == 1 else All(tuple(ordered))


def _of_votes(part: Node) -> bool:
    inner = part.part if isinstance(part, Not) else part
    return isinstance(inner, Filter) and inner.name in ("member", "vote")


def _ordered(parts: list[Node]) -> list[Node]:
    """Parts of a conjunction as the normal form has them; fields said twice stand once."""
    said = [part for part in parts if _rank(part) < _FIELDS]
    fields = {written(part): part for part in parts if _rank(part) == _FIELDS}
    return [*sorted(said, key=_rank), *(fields[text] for text in sorted(fields, key=lambda text: text.lstrip("-")))]


_FIELDS: Final = 3


def _rank(part: Node) -> int:
    inner = part.part if isinstance(part, Not) else part
    if isinstance(inner, Filter | Span) or (isinstance(inner, Any) and all(isinstance(p, Span) for p in inner.parts)):
        return _FIELDS
    if isinstance(part, Not):
        return 2
    return 1 if isinstance(part, Named | Pattern) else 0


def disjunction(parts: list[Node]) -> Node:
    """One of the parts. Values of one field are put together; spans that touch become one."""
    filters_by: dict[str, set[str]] = {}
    spans_by: dict[str, list[Span]] = {}
    flat: dict[str, Node | None] = {}
    for part in parts:
        for one in part.parts if isinstance(part, Any) else (part,):
            if isinstance(one, Filter):
                filters_by.setdefault(one.name, set()).update(one.values)
                flat.setdefault(f"filter {one.name}", None)
            elif isinstance(one, Span):
                spans_by.setdefault(one.name, []).append(one)
                flat.setdefault(f"span {one.name}", None)
            else:
                flat.setdefault(f"other {written(one)}", one)
    made: list[Node] = []
    for key, node in flat.items():
        sort, _, name = key.partition(" ")
        if sort == "filter":
            made.append(Filter(name, tuple(sorted(filters_by[name]))))
        elif sort == "span":
            made += _united(spans_by[name])
        elif node is not None:
            made.append(node)
    return made[0] if len(made) == 1 else Any(tuple(made))


def _united(spans: list[Span]) -> list[Node]:
    """Spans of one field in order, those that overlap joined."""
    made: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.low or 0, one.high or 10**9)):
        if made and (made[-1].high is None or (span.low or 0) <= made[-1].high):
            highest = None if made[-1].high is None or span.high is None else max(made[-1].high, span.high)
            made[-1] = Span(span.name, made[-1].low, highest)
        else:
            made.append(span)
    return list(made)


# --- Countries and how they voted -----------------------------------------------------------------------------------


def joined(node: Node) -> Node:
    """The tree with `vote` made into `ballots`: of the countries beside it, or of anyone."""
    match node:
        case All(parts):
            return All(tuple(_ballots(list(parts))))
        case Any(parts):
            return Any(tuple(All((joined(part),)) if isinstance(part, Not) else joined(part) for part in parts))
        case Not(part):
            return Not(joined(part))
        case Filter("vote", choices):
            return Filter("ballots", tuple(f"*:{choice}" for choice in choices))
        case _:
            return node


def _ballots(parts: list[Node]) -> list[Node]:
    countries = [part for part in parts if isinstance(part, Filter) and part.name == "member"]
    votes = [part for part in parts if isinstance(part, Filter) and part.name == "vote"]
    made: list[Node] = []
    for part in parts:
        cast = part.part if isinstance(part, Not) else part
        if not countries or not isinstance(cast, Filter) or cast.name not in ("member", "vote"):
            made.append(joined(part))
            continue
        if cast.name == "member":
            if isinstance(part, Not) or not votes:
                made.append(part)
            continue
        for country in countries:
            of = Filter("ballots", tuple(f"{code}:{choice}" for code in country.values for choice in cast.values))
            made.append(Not(of) if isinstance(part, Not) else of)
    return made
