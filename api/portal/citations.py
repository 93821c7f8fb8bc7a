"""The pages of citations: how to cite, and one citation: its text, whether it still stands, what has changed since."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from api import citing, references
from api.citing import ANYBODY, Answered, Asker, Citation, CitingError, UnreachableError
from api.context import Context
from api.portal import links
from api.portal.pages import Ask, NotFoundError, Show
from api.since import ABSENT, differences
from projections.reading import ViewsError

SHOWN: Final = 200
"""Differences shown on a page."""
LONGEST: Final = 300
"""Characters shown of one value."""


@dataclass(frozen=True, slots=True)
class Differing:
    """A place where cited answer and present answer differ, as it is shown; None where there is nothing."""

    place: str
    was: str | None
    now: str | None


def form(ask: Ask) -> Show:
    """``/citations``: what a citation is, and a form to make one."""
    return Show("citing.html", {"query": ask.text("query"), "variables": ask.text("variables"), "notice": ""})


def refused(told: Mapping[str, Any], why: str) -> Show:
    """The form again, with what is wrong."""
    variables = json.dumps(told["variables"], ensure_ascii=False) if told.get("variables") else ""
    return Show("citing.html", {"query": told.get("query") or "", "variables": variables, "notice": why}, 422)


def shown(ask: Ask, by: Asker = ANYBODY) -> Show:
    """``/citations/{id}``, asked on these terms. Raises NotFoundError."""
    try:
        cited = citing.find(ask.context, ask.request.path_params["id"])
    except UnreachableError as error:
        message = "The citation cannot be looked up now."
        return Show("error.html", {"heading": message, "message": str(error), "symbol": ""}, 503)
    if cited is None:
        raise NotFoundError("There is no citation at this address.")
    then, fault = _asked(ask.context, cited, cited.position, by)
    now, _ = _asked(ask.context, cited, ask.read.position, by)
    stands = then is not None and then.sha256 == cited.sha256
    changed = list(islice(_since(then, now), SHOWN + 1)) if then is not None and now is not None else []
    href = f"{str(ask.request.base_url).rstrip('/')}/citations/{cited.id}"
    variables = json.loads(cited.variables)
    return Show(
        "citation.html",
        {
            "cited": cited,
            "line": references.line(cited, href),
            "path_of": f"/citations/{cited.id}",
            "forms": references.FORMATS,
            "variables": json.dumps(variables, ensure_ascii=False, indent=2) if variables else "",
            "then": links.with_params(cited.document, {"as_of": cited.position}) if cited.kind == "page" else "",
            "stands": stands,
            "why": "" if stands else f"{fault} {why(ask.context, cited)}".strip(),
            "same": then is not None and now is not None and then.body == now.body,
            "answerable": now is not None,
            "changed": changed[:SHOWN],
            "cut_off": len(changed) > SHOWN,
        },
    )


def why(context: Context, cited: Citation) -> str:
    """What may make an answer another one at the same position, in a sentence or two."""
    told = []
    if citing.made_now(cited) != cited.made_by:
        told.append("Another release of the archive's software answers now than answered then.")
    else:
        told.append("The same release of the archive's software answers.")
    told.append("A name that was told then may be withheld now by a redaction; the log itself is never changed.")
    return " ".join(told)


def _asked(context: Context, cited: Citation, position: int, by: Asker) -> tuple[Answered | None, str]:
    """The cited query at a position, or why it is not answered there."""
    try:
        return citing.again(context, cited, position, by), ""
    except (CitingError, ViewsError) as error:
        return None, f"{error}."


def _since(then: Answered, now: Answered) -> Iterator[Differing]:
    if isinstance(then.shown, list) and isinstance(now.shown, list):
        yield from _lines(then.shown, now.shown)
        return
    for each in differences(then.shown, now.shown):
        yield Differing(each.path, _said(each.was), _said(each.now))


def _lines(was: list[str], now: list[str]) -> Iterator[Differing]:
    """The lines of a page that differ."""
    for kind, a, b, c, d in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        before, after = was[a:b], now[c:d]
        for number in range(max(len(before), len(after))):
            one = before[number] if number < len(before) else None
            other = after[number] if number < len(after) else None
            yield Differing("", None if one is None else _cut(one), None if other is None else _cut(other))


def _said(value: Any) -> str | None:
    if value is ABSENT:
        return None
    return _cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
