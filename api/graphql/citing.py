"""Citations in GraphQL: a query kept with the state that answered it and the hash of its answer."""

from __future__ import annotations

from typing import Any

import graphene
import orjson
from graphql import GraphQLError

from api import citing
from api.citing import Asker, CitingError, FullError, UnreachableError
from api.citing import Citation as Kept
from api.graphql.fields import Arguments, Asking, Rows, argument, boolean, column, number, plain, related, text
from api.graphql.scalars import JSON
from api.points import SpentError
from projections.reading import ViewsError


class Citation(graphene.ObjectType):
    """A question, the state that answered it and the hash of the answer, under an id for good."""

    id = column(graphene.ID, "id", "Its id: 16 letters and digits; its page is at `/citations/ID`.")
    kind = text("kind", "`query`, or `page` for a page of the portal.")
    title = text("title", "What it is called: after the operation's name, or what is asked for.")
    document = text("document", "The query in normal form; of a page, its address within the archive.")
    variables = column(JSON, "variables", "The values of the query's variables.")
    query_sha256 = text("query", "SHA-256 of query and variables: equal for those that ask the same.")
    position = number("position", "The log position it was answered from.")
    recorded = text("recorded", "When the last event up to it was recorded (UTC).", required=False)
    checkpoint = text("checkpoint", "The root of the ledger's tree over the events up to there, in base64.")
    sha256 = text("sha256", "SHA-256 of the answer's bytes, as `/citations/ID/answer` gives them.")
    size = number("size", "How many bytes the answer has.")
    cited = text("cited", "When it was first cited (UTC).")


def _row(kept: Kept) -> dict[str, Any]:
    told = {name: getattr(kept, name) for name in Kept.__slots__}
    return {
        **told,
        "variables": orjson.loads(kept.variables),
        "query": kept.query,
        "recorded": kept.recorded or None,
    }


def by_id(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The citation of an id; None if there is none."""
    try:
        kept = citing.find(asking.context, plain(arguments["id"]))
    except UnreachableError as error:
        raise GraphQLError(str(error), extensions={"code": "UNAVAILABLE"}) from error
    return [None if kept is None else _row(kept) for _ in parents]


class CitePayload(graphene.ObjectType):
    """What became of citing: the citation, or why it was refused."""

    citation = related(Citation, lambda rows, _, __: [row["citation"] for row in rows], "It; null if refused.")
    fresh = boolean("fresh", "Whether the same query with the same answer was not cited before.")
    fault = text("fault", "Why it cannot be cited; null if it is.", required=False)


def _cite(_: Any, info: Any, **arguments: Any) -> dict[str, Any]:
    args = plain(arguments)
    variables = args.get("variables") or {}
    asking: Asking = info.context
    try:
        if not isinstance(variables, dict):
            raise CitingError("`variables` is not a JSON object")
        kept, fresh = citing.cite(
            asking.context,
            args["query"],
            variables,
            args.get("operation"),
            args.get("position"),
            Asker(asking.read.patience, asking.admit),
        )
    except (CitingError, ViewsError) as error:
        return {"citation": None, "fresh": False, "fault": str(error)}
    except SpentError as error:
        raise GraphQLError(str(error), extensions={"code": "RATE_LIMITED"}) from error
    except (FullError, UnreachableError) as error:
        raise GraphQLError(str(error), extensions={"code": "UNAVAILABLE"}) from error
    return {"citation": _row(kept), "fresh": fresh, "fault": None}


CITE = graphene.Field(
    CitePayload,
    required=True,
    description="Cite a query. Needs no token; the same query with the same answer again gives the same id.",
    resolver=_cite,
    args={
        "query": argument(graphene.String, "The GraphQL document.", required=True),
        "variables": argument(JSON, "Its variables, an object."),
        "operation": argument(graphene.String, "Which of its operations, where it holds several."),
        "position": argument(graphene.Int, "As of this position of the log; left out, as of now."),
    },
)
"""The mutation that cites: what it keeps is a question and the hash of its answer, and nothing of who asks."""
