"""Votes, ballots, and how two members' votes compare."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import graphene
from graphql import GraphQLError

from api.graphql import filters, words
from api.graphql.documents import BY_DATE, Document, meeting_of
from api.graphql.fields import (
    Arguments,
    Asking,
    Rows,
    boolean,
    column,
    given,
    listed,
    made,
    needing,
    number,
    plain,
    reading_less,
    related,
    same,
    text,
    texts,
    word,
)
from api.graphql.meetings import Meeting
from api.graphql.nodes import Node
from api.graphql.paging import Order, columns_of, connected, connection_type, row_by, rows_by
from domain import symbols
from projections.documents import DOCUMENTS
from projections.members import MEMBERS
from projections.reading import Reader, Values, Where, by_key, page
from projections.subsidiaries import MEASURES
from projections.vetoes import FOLLOWUPS, VETOES
from projections.votes import BALLOTS, VOTES, agreement


def member_code(text_: str) -> str:
    """A member's code as the archive writes it. Raises GraphQLError for what cannot be one."""
    code = str(plain(text_)).strip().upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise GraphQLError(f"{text_!r} is not a member's code: write three letters, such as FRA or RUS")
    return code


def names_then(read: Reader) -> Callable[[str, str], str | None]:
    """A function: member's code and date → the English name it bore then, or None."""
    spans: dict[str, tuple[list[str], list[str]]] = {}
    rows = read.rows(f"select member, first, name from names where language = 'en' and {read.live()} order by first")
    for row in rows:
        firsts, names = spans.setdefault(row["member"], ([], []))
        firsts.append(row["first"])
        names.append(row["name"])

    def name(code: str, date: str) -> str | None:
        known = spans.get(code)
        if known is None:
            return None
        return known[1][max(bisect_right(known[0], date[:10]) - 1, 0)]

    return name


def present_names(read: Reader) -> dict[str, str]:
    """Code → present English name of every member there has been."""
    return {row["code"]: row["name"] for row in read.rows(f"select code, name from members where {read.live()}")}


_Names = tuple[Callable[[str, str], str | None], dict[str, str]]


def _known(asking: Asking) -> _Names:
    """Names at the answer's position."""
    read = asking.read
    return asking.context.remembered(("names", read.position), lambda: (names_then(read), present_names(read)))


@needing("member")
def present_name(asking: Asking) -> Callable[[Values], str]:
    """A function: row with a ``member`` → the member's present English name."""
    names = _known(asking)[1]

    def name(row: Values) -> str:
        code: str = row["member"]
        return names.get(code, code)

    return name


@needing("member", "date")
def name_then(asking: Asking) -> Callable[[Values], str]:
    """A function: row with a ``member`` and a ``date`` → the English name the member bore on that day."""
    then, now = _known(asking)

    def name(row: Values) -> str:
        code: str = row["member"]
        return then(code, row["date"]) or now.get(code, code)

    return name


@needing("member")
@reading_less
def countries_of(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    """The member rows behind rows with a ``member``."""
    columns = columns_of(MEMBERS, asking, ("code",))
    found = by_key(asking.read, MEMBERS, "code", [row["member"] for row in parents], ("code",), columns=columns)
    return [found[row["member"]][0] if row["member"] in found else None for row in parents]


def _country() -> Any:
    from api.graphql.members import Country

    return Country


class MemberThen(graphene.ObjectType):
    """A member of the Council on the day of a vote."""

    code = text("member", "Its code: that of today's State on the seat, such as `RUS` or `CHN`.")
    name = made(graphene.String, present_name, "Its present English name.")
    name_then = made(graphene.String, name_then, "The English name it bore at the United Nations on that day.")
    country = related(_country, countries_of, "All the archive holds about it.")


@needing("vote")
@reading_less
def _vote_of(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    columns = columns_of(VOTES, asking, ("record",))
    found = by_key(asking.read, VOTES, "record", [row["vote"] for row in parents], ("record",), columns=columns)
    return [found[row["vote"]][0] if row["vote"] in found else None for row in parents]


class Ballot(graphene.ObjectType):
    """How one member acted in one vote."""

    member = same(MemberThen, "The member.")
    choice = word(words.Choice, "choice", "How it acted.")
    permanent = boolean("permanent", "Whether its seat is a permanent one (Charter, Article 23(1)).")
    date = text("date", "The day of the vote.")
    vote = related(lambda: Vote, _vote_of, "The vote.", required=True)


class Tally(graphene.ObjectType):
    """Votes counted by choice: as stated, else as counted from the ballots. Null: not known."""

    yes = number("yes", "Members in favour.", required=False)
    no = number("no", "Members against.", required=False)
    abstain = number("abstain", "Members abstaining.", required=False)
    not_voting = number("not_voting", "Members absent or taking no part.", required=False)
    unknown = number("unknown", "Ballots of which nothing is known.")
    required = number(
        "required", "Affirmative votes needed: 9 of 15, before 1966 7 of 11 (Article 27).", required=False
    )
    members = number("members", "Members of the Council on that day: 15, before 1966 11.", required=False)
    permanent_no = number("permanent_no", "Permanent members against; null without ballots.", required=False)


def _documents(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    named = {row["record"]: [row["symbol"], row["draft"]] for row in parents}
    found = by_key(asking.read, DOCUMENTS, "symbol", [one for pair in named.values() for one in pair], ("record",))
    answers = []
    for row in parents:
        pair = dict.fromkeys(one for one in named[row["record"]] if one)
        answers.append([document for symbol in pair for document in found.get(symbol, [])])
    return answers


def _document(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    wanted = [row["symbol"] for row in parents if row["resolution"] is not None]
    found = by_key(asking.read, DOCUMENTS, "symbol", wanted, ("record",)) if wanted else {}
    return [found[row["symbol"]][0] if row["symbol"] in found else None for row in parents]


@needing("record")
@reading_less
def _ballots(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    args = plain(arguments)
    columns = columns_of(BALLOTS, asking, ("vote", "member", "choice"))
    found = by_key(
        asking.read, BALLOTS, "vote", [row["record"] for row in parents], ("vote", "member"), columns=columns
    )
    choices, member = args.get("choice"), args.get("member")
    if choices is None and member is None:
        return [found.get(row["record"], []) for row in parents]
    code = member_code(member) if member is not None else None
    return [
        [
            ballot
            for ballot in found.get(row["record"], [])
            if (choices is None or ballot["choice"] in choices) and (code is None or ballot["member"] == code)
        ]
        for row in parents
    ]


def _vetoes() -> Any:
    from api.graphql.vetoes import Veto

    return Veto


class Vote(graphene.ObjectType):
    """One vote of the Council, or one adoption without a vote: what was announced beside what Article 27 makes of
    the ballots. Sources: see `provenance`.
    """

    class Meta:
        interfaces = (Node,)

    symbol = text("symbol", "Symbol of the resolution adopted, else of the draft, else the proposal's label.")
    label = text("label", "The proposal as the source labels it.")
    resolution = number("resolution", "Number of the resolution adopted; null if none was.", required=False)
    draft = text("draft", "Symbol of the draft put to the vote.", required=False)
    proposal = text("proposal", "What was put to the vote: draft resolution, amendment, paragraph …", required=False)
    meeting_symbol = text("meeting", "Symbol of the record of the meeting; null for votes by letter.", required=False)
    meeting = related(Meeting, meeting_of, "The meeting; null for votes by letter.")
    records = texts("records", "Symbols of further records: resumptions, letters of votes by letter.")
    date = text("date", "The day of the vote: ISO 8601; empty if unknown.")
    year = number("year", "The year of the vote.", required=False)
    title = text("title", "Title of the resolution or proposal as the source gives it.")
    agenda = text("agenda", "The agenda item.", required=False)
    subjects = texts("subjects", "Subject headings of the source.")
    note = text("note", "A note of the source.", required=False)
    outcome = word(words.Outcome, "outcome", "The outcome as announced.")
    computed = word(words.Outcome, "computed", "The outcome as Article 27 computes it from what is known.")
    modality = word(words.Modality, "modality", "How the Council decided.")
    nature = word(words.Nature, "nature", "Whether procedural or substantive.")
    basis = word(words.Basis, "basis", "On what the nature rests.")
    members_listed = number(
        "listed", "Members the source lists for a decision taken without a vote; it states no ballot of theirs."
    )
    tally = same(Tally, "Votes counted by choice.")
    unanimous = column(
        graphene.Boolean,
        "unanimous",
        "Whether every member of the Council voted in favour; null: not known, or no vote was taken.",
        required=False,
        convert=lambda value: None if value is None else bool(value),
    )
    ballots = listed(
        Ballot,
        _ballots,
        "The ballots, by member's code; empty for adoptions without a vote and where only the tally is known.",
        args={
            "choice": graphene.Argument(
                graphene.List(graphene.NonNull(words.Choice)), description="Only these choices."
            ),
            "member": graphene.Argument(graphene.String, description="Only the ballot of this member (code)."),
        },
        weight=15,
    )
    vetoes = listed(_vetoes, rows_by(VETOES, "vote", "record", ("record",)), "The vetoes cast in it.", weight=1)
    followup = related(
        "api.graphql.vetoes.Followup",
        row_by(FOLLOWUPS, "vote", "record"),
        "What the General Assembly made of a veto cast in it (A/RES/76/262).",
    )
    measures = listed(
        "api.graphql.subsidiaries.Measure",
        rows_by(MEASURES, "vote", "record", ("record",)),
        "The decisions on sanctions taken in it.",
        weight=1,
    )
    preliminary_to = related(
        lambda: Vote,
        row_by(VOTES, "record", "preliminary_to"),
        "The vote it is preliminary to: whether that one is on a procedural matter.",
    )
    preliminaries = listed(
        lambda: Vote,
        rows_by(VOTES, "preliminary_to", "record", ("date", "record")),
        "The votes preliminary to it.",
        weight=1,
    )
    document = related(Document, _document, "The resolution adopted, with its title; null if none was.")
    documents = listed(Document, _documents, "The resolution and the draft, where the archive holds them.", weight=2)


class BallotFilter(graphene.InputObjectType):
    """A ballot that a vote must have."""

    member = given("The member's code.", required=True)
    choice = given("How it acted; any choice if not given.", filters.closed(words.Choice))


class VoteFilter(graphene.InputObjectType):
    """Which votes; all conditions must hold."""

    date = given("The day of the vote.", filters.DateFilter)
    year = given("The year of the vote.", filters.NumberFilter)
    outcome = given("The outcome as announced.", filters.closed(words.Outcome))
    computed = given("The outcome as computed.", filters.closed(words.Outcome))
    modality = given("How the Council decided.", filters.closed(words.Modality))
    nature = given("Whether procedural or substantive.", filters.closed(words.Nature))
    resolution = given("Number of the resolution.", filters.NumberFilter)
    adopted = given("Whether a resolution was adopted.", graphene.Boolean)
    unanimous = given("Whether every member voted in favour.", graphene.Boolean)
    draft = given("Symbol of the draft.", filters.TextFilter)
    title = given("Title of the resolution or proposal.", filters.TextFilter)
    agenda = given("The agenda item.", filters.TextFilter)
    subject = given("Its subject headings.", filters.TextFilter)
    proposal = given("What was put to the vote.", filters.TextFilter)
    meeting = given("Symbol of the record of the meeting, in any spelling.")
    ballots = given("Ballots that it must have.", graphene.List(graphene.NonNull(BallotFilter)))
    vetoed_by = given("Code of a member that cast a veto in it.")


def _with_ballots(where: Where, value: list[dict[str, Any]], asking: Asking) -> None:
    if len(value) > 15:
        raise GraphQLError("`ballots` takes at most 15 conditions: the Council has 15 members")
    for one in value:
        choice = one.get("choice") or {}
        wanted = list(choice.get("is_in") or [])
        wanted = [choice["eq"]] if choice.get("eq") is not None else wanted
        parts = ["b.vote = t.record", "b.member = :member", asking.read.live("b")]
        if wanted:
            parts.append(f"b.choice in ({','.join(f':choice{n}' for n in range(len(wanted)))})")
        where.sql(
            f"exists (select 1 from ballots b where {' and '.join(parts)})",
            member=member_code(one["member"]),
            **{f"choice{n}": word_ for n, word_ in enumerate(wanted)},
        )


def _vetoed_by(where: Where, value: str, asking: Asking) -> None:
    where.sql(
        f"exists (select 1 from vetoes v where v.vote = t.record and v.member = :member and {asking.read.live('v')})",
        member=member_code(value),
    )


def _at_meeting(where: Where, value: str, _: Asking) -> None:
    meant = [symbol for symbol in symbols.interpret(value) if symbol.startswith("S/PV")] or [value]
    where.is_in("meeting", [meant[0].partition(" (")[0]])


NARROW = filters.all_of(
    {
        "date": filters.on_date("date"),
        "year": filters.on("year"),
        "outcome": filters.on("outcome"),
        "computed": filters.on("computed"),
        "modality": filters.on("modality"),
        "nature": filters.on("nature"),
        "resolution": filters.on("resolution"),
        "adopted": filters.given_or_not("resolution"),
        "unanimous": filters.on("unanimous"),
        "draft": filters.on("draft"),
        "title": filters.on("title"),
        "agenda": filters.on("agenda"),
        "subject": filters.on("subjects"),
        "proposal": filters.on("proposal"),
        "meeting": _at_meeting,
        "ballots": _with_ballots,
        "vetoed_by": _vetoed_by,
    }
)

VoteOrder = words.by_date("VoteOrder", "votes").enum()
VoteConnection = connection_type(Vote, "votes")

ResolutionOrder = words.Words(
    "ResolutionOrder",
    "Order of resolutions.",
    {
        "NUMBER_ASC": ("number", "By number, from 1."),
        "NUMBER_DESC": ("-number", "By number, the newest first."),
        "DATE_ASC": ("date", "Oldest first."),
        "DATE_DESC": ("-date", "Newest first."),
    },
).enum()

_RESOLUTION_ORDERS = {
    **BY_DATE,
    "number": Order("number", ("resolution", "record"), False),
    "-number": Order("-number", ("resolution", "record"), True),
}

votes = connected(
    VoteConnection,
    VOTES,
    BY_DATE,
    "-date",
    "Votes and adoptions without a vote, newest first unless ordered otherwise.",
    order_enum=VoteOrder,
    filters=VoteFilter,
    narrow=NARROW,
)

resolutions = connected(
    VoteConnection,
    VOTES,
    _RESOLUTION_ORDERS,
    "-number",
    "Resolutions: the votes (and adoptions without one) that adopted them; titles in `document`.",
    order_enum=ResolutionOrder,
    filters=VoteFilter,
    narrow=NARROW,
    start=lambda where: where.given("resolution"),
)

BallotOrder = words.by_date("BallotOrder", "ballots").enum()
BALLOT_ORDERS = {
    "date": Order("date", ("date", "vote", "member"), False),
    "-date": Order("-date", ("date", "vote", "member"), True),
}


class CastFilter(graphene.InputObjectType):
    """Which ballots of a member; all conditions must hold."""

    date = given("The day of the vote.", filters.DateFilter)
    year = given("The year of the vote.", filters.NumberFilter)
    choice = given("How it acted.", graphene.List(graphene.NonNull(words.Choice)))


def _in_words(where: Where, value: list[str], _: Asking) -> None:
    where.is_in("choice", value)


NARROW_BALLOTS = filters.all_of({"date": filters.on_date("date"), "year": filters.on("year"), "choice": _in_words})
BallotConnection = connection_type(Ballot, "ballots")


@reading_less
def by_symbol(parents: Rows, args: Arguments, asking: Asking) -> list[Any]:
    """The vote of a resolution, draft or record id in any spelling; the first of several on one draft."""
    wanted = str(plain(args["symbol"])).removeprefix("vote:")
    meant = list(dict.fromkeys([wanted, *symbols.interpret(wanted)]))
    numbers = [n for n in map(symbols.resolution_number, meant) if n is not None]
    columns = columns_of(VOTES, asking, ("record",))
    for column_, keys in (("record", [f"vote:{one}" for one in meant]), ("resolution", numbers), ("draft", meant)):
        keys_: list[Any] = [key for key in keys if not isinstance(key, int) or key < 2**31]
        found = by_key(asking.read, VOTES, column_, keys_, ("date", "record"), columns=columns) if keys_ else {}
        for key in keys_:
            if key in found:
                return [found[key][0] for _ in parents]
    return [None for _ in parents]


@reading_less
def resolution_by_symbol(parents: Rows, args: Arguments, asking: Asking) -> list[Any]:
    """The vote that adopted a resolution, by symbol or number in any spelling."""
    wanted = str(plain(args["symbol"]))
    numbers = [n for n in map(symbols.resolution_number, symbols.interpret(wanted)) if n is not None]
    where = Where(VOTES).is_in("resolution", numbers)
    columns = columns_of(VOTES, asking, ("record",))
    found = page(asking.read, VOTES, where, ("record",), limit=1, columns=columns) if numbers else []
    return [found[0] if found else None for _ in parents]


class PairOfChoices(graphene.ObjectType):
    """In how many votes two members chose so."""

    a = word(words.Choice, "a", "The first member's choice.")
    b = word(words.Choice, "b", "The second member's choice.")
    votes = number("votes", "In how many votes.")


class Agreement(graphene.ObjectType):
    """How two members' votes compare. Counted are votes in which both said yes, no or abstained; adoptions without
    a vote have no ballots and do not count. Source: the ballots the archive holds.
    """

    a = text("a", "Code of the first member.")
    b = text("b", "Code of the second member.")
    votes = number("votes", "Votes in which both said yes, no or abstained.")
    same = number("same", "Of these, votes in which they made the same choice.")
    share = column(graphene.Float, "share", "same / votes, from 0 to 1; null without a common vote.", required=False)
    pairs = listed(
        PairOfChoices,
        lambda rows, _, __: [row["pairs"] for row in rows],
        "Counts by pair of choices, other choices included.",
    )


def compare(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """How two members' votes compare over a span of years."""
    args = plain(arguments)
    a, b = member_code(args["a"]), member_code(args["b"])
    pairs = agreement(asking.read, a, b, args.get("from_"), args.get("to"))
    voted = ("yes", "no", "abstain")
    both = sum(row["votes"] for row in pairs if row["a"] in voted and row["b"] in voted)
    same_ = sum(row["votes"] for row in pairs if row["a"] in voted and row["a"] == row["b"])
    found = {"a": a, "b": b, "votes": both, "same": same_, "share": same_ / both if both else None, "pairs": pairs}
    return [found for _ in parents]
