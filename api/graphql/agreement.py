"""Who votes with whom: the matrix of agreement among members, blocs made from it, and the course of one member.

The figures are sums of yearly tables that are kept while the log is followed (``projections/agreement.py``); the
measures stand in ``domain/agreement.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

import graphene
from graphql import GraphQLError

from api.graphql.fields import Arguments, Asking, Rows, argument, column, listed, number, plain, text
from api.graphql.votes import member_code, present_names
from domain.agreement import CELLS, agreement, blocs, transposed
from domain.charter import PERMANENT
from projections.agreement import MEMBER, Year, strangers, years_of
from projections.reading import Values

MOST = 60
"""Members of one matrix: 1,770 pairs."""


def _share(name: str, doc: str) -> graphene.Field:
    return column(graphene.Float, name, doc, required=False)


class MemberPair(graphene.ObjectType):
    """How alike two members voted. Votes in common are those in which both said yes, abstained or said no; where there
    is none, the measures are null. An adoption without a vote has no ballots and does not count.
    """

    a = text("a", "Code of the first member.")
    b = text("b", "Code of the second member.")
    a_name = text("a_name", "Present English name of the first.")
    b_name = text("b_name", "Present English name of the second.")
    votes = number("votes", "Votes in common.")
    same = number("same", "Of these, votes in which they chose the same.")
    opposed = number("opposed", "Of these, votes in which one said yes and the other no.")
    share = _share("share", "same / votes, from 0 to 1: an abstention is a third choice, and agrees with itself alone.")
    lijphart = _share(
        "lijphart",
        "Index of agreement, from 0 to 1: as `share`, with an abstention beside a yes or a no counted half "
        "(A. Lijphart, 1963, American Political Science Review 57, 902-917).",
    )
    s = _share(
        "s",
        "S, from -1 (always opposed) to 1: 1 - sum of distances / votes, the distance of yes and no being 2, of an "
        "abstention and either 1 (C. S. Signorino and J. M. Ritter, 1999, International Studies Quarterly 43, 115-144; "
        "absolute distances, votes of equal weight).",
    )
    kappa = _share(
        "kappa",
        "Cohen's kappa, at most 1: how far they agree beyond what their own frequencies of yes, abstention and no "
        "would give by chance (J. Cohen, 1960; for votes F. M. Häge, 2011, Political Analysis 19, 287-305). Null also "
        "where both always made one and the same choice.",
    )


class MatrixMember(graphene.ObjectType):
    """A member in a matrix."""

    code = text("code", "Its code.")
    name = text("name", "Its present English name.")
    ballots = number("ballots", "Votes of the period in which it said yes, abstained or said no.")


class Bloc(graphene.ObjectType):
    """Members that vote alike: every two of them agree in at least the threshold of their votes in common."""

    members = column(graphene.List(graphene.NonNull(graphene.String)), "members", "Their codes.")
    size = number("size", "How many members; 1: it votes with nobody that often.")
    least = _share("least", "The least agreement (`share`) of two of its members; null for one alone.")
    mean = _share("mean", "The mean agreement (`share`) of its pairs; null for one alone.")


class LeftOut(graphene.ObjectType):
    """Ballots of a year that are left out: the State was no member in that year."""

    code = text("code", "Code of the State the source gives them to.")
    year = number("year", "The calendar year.")
    ballots = number("ballots", "How many ballots.")


def _pair(a: str, b: str, cells: Sequence[int], names: dict[str, str]) -> Values:
    return {"a": a, "b": b, "a_name": names.get(a, a), "b_name": names.get(b, b), **asdict(agreement(cells))}


def _blocs(parents: Rows, arguments: Arguments, __: Asking) -> list[Any]:
    threshold = plain(arguments).get("threshold")
    threshold = 0.9 if threshold is None else threshold
    if not 0 < threshold <= 1:
        raise GraphQLError(f"`threshold` is a share of votes above 0, at most 1, not {threshold}")
    found = []
    for parent in parents:
        shares = {(pair["a"], pair["b"]): pair["share"] for pair in parent["pairs"]}
        made = []
        for bloc in blocs([member["code"] for member in parent["members"]], shares, threshold):
            within = [shares[pair] for pair in combinations(bloc, 2)]
            mean = sum(within) / len(within) if within else None
            made.append({"members": bloc, "size": len(bloc), "least": min(within, default=None), "mean": mean})
        found.append(made)
    return found


def _passed(name: str) -> Any:
    return lambda rows, _, __: [row[name] for row in rows]


class AgreementMatrix(graphene.ObjectType):
    """Agreement among members over a period. Source: the ballots the archive holds. Ballots that a source gives to a
    State which the year's list of members does not name are left out (see `leftOut`): in 201 votes they stand in a
    wrong column (conflicts of kind `membership`).
    """

    first_year = number("first_year", "The first year with such votes.", required=False)
    last_year = number("last_year", "The last year with such votes.", required=False)
    votes = number("votes", "Votes with ballots in the period, under the conditions given.")
    members = listed(MatrixMember, _passed("members"), "The members, by code.", weight=20)
    pairs = listed(MemberPair, _passed("pairs"), "Every two of them once, by codes.", weight=190)
    blocs = listed(
        Bloc,
        _blocs,
        "The members in blocs, the largest first. Complete-linkage clustering of `share`: from each member alone, the "
        "two blocs whose least agreement is the highest are joined as long as it reaches the threshold, of equals the "
        "first by code; members without a vote in common are not joined.",
        args={"threshold": argument(graphene.Float, "The least share of votes, above 0 and at most 1.", default=0.9)},
        weight=10,
    )
    left_out = listed(LeftOut, _passed("left_out"), "What is left out for want of a member.", weight=2)


class MemberYear(graphene.ObjectType):
    """How one member voted in a year, and with whom. Source: the ballots the archive holds. Shares are of its ballots
    of which something is known. Years in which the list of members does not name it are left out, whatever ballots a
    source gives it.
    """

    year = number("year", "The calendar year; 0: votes whose year is not known.")
    ballots = number("ballots", "Its ballots, unknown ones aside.")
    yes = number("yes", "Votes in favour.")
    no = number("no", "Votes against.")
    abstain = number("abstain", "Abstentions.")
    not_voting = number("not_voting", "Votes in which it was absent or took no part.")
    unknown = number("unknown", "Ballots of which nothing is known.")
    yes_share = _share("yes_share", "yes / ballots, from 0 to 1; null without ballots.")
    no_share = _share("no_share", "no / ballots, from 0 to 1; null without ballots.")
    abstain_share = _share("abstain_share", "abstain / ballots, from 0 to 1; null without ballots.")
    not_voting_share = _share("not_voting_share", "not_voting / ballots, from 0 to 1; null without ballots.")
    alone_no = number("alone_no", "Votes in which it was the only one to say no.")
    alone_abstain = number("alone_abstain", "Votes in which it was the only one to abstain.")
    against_majority = number(
        "against_majority",
        "Votes in which it chose otherwise than more than half of those who said yes, abstained or said no.",
    )
    dissent_share = _share("dissent_share", "against_majority / (yes + abstain + no), from 0 to 1; null without such.")
    agreement = listed(
        MemberPair, _passed("agreement"), "Agreement with each of the others asked for; `a` is the member.", weight=5
    )


def _period(args: Arguments) -> tuple[int, int]:
    first, last = args.get("from_"), args.get("to")
    low, high = 0 if first is None else int(first), 9999 if last is None else int(last)
    if low > high:
        raise GraphQLError(f"the period ends ({last}) before it begins ({first})")
    return low, high


def _years(args: Arguments, asking: Asking) -> tuple[list[tuple[int, Year]], set[tuple[int, str]]]:
    low, high = _period(args)
    years = years_of(asking.read, low, high, divided=args.get("divided"), adopted=args.get("adopted"))
    return years, strangers(asking.read, years) if years else set()


def _codes(wanted: Iterable[str]) -> list[str]:
    return sorted({member_code(code) for code in wanted})


def _compared(counts: Sequence[int]) -> int:
    return sum(counts[:3])


def matrix(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The matrix of a period, from one statement over the years and one over the lists of members."""
    args = plain(arguments)
    years, odd = _years(args, asking)
    there = {code for number_, year in years for code in year.members if (number_, code) not in odd}
    codes = sorted(there) if args.get("members") is None else _codes(args["members"])
    if len(codes) > MOST:
        raise GraphQLError(
            f"{len(codes)} members would be compared; at most {MOST} are. Name them in `members`, or take fewer years"
        )
    wanted = list(combinations(codes, 2))
    tables = {pair: [0] * CELLS for pair in wanted}
    ballots = dict.fromkeys(codes, 0)
    for number_, year in years:
        kept = [code for code in codes if code in year.members and (number_, code) not in odd]
        for code in kept:
            ballots[code] += _compared(year.members[code])
        for pair in combinations(kept, 2):
            tables[pair] = [a + b for a, b in zip(tables[pair], year.pairs[pair], strict=True)]
    names = present_names(asking.read)
    left: dict[tuple[str, int], int] = {}
    for number_, year in years:
        for code in year.members:
            if (number_, code) in odd and (args.get("members") is None or code in codes):
                left[code, number_] = left.get((code, number_), 0) + sum(year.members[code][:5])
    found = {
        "first_year": min((n for n, _ in years if n), default=None),
        "last_year": max((n for n, _ in years if n), default=None),
        "votes": sum(year.votes for _, year in years),
        "members": [{"code": code, "name": names.get(code, code), "ballots": ballots[code]} for code in codes],
        "pairs": [_pair(*pair, tables[pair], names) for pair in wanted],
        "left_out": [{"code": code, "year": n, "ballots": count} for (code, n), count in sorted(left.items())],
    }
    return [found] * len(parents)


def trajectory(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The course of one member, year by year, oldest first."""
    args = plain(arguments)
    code = member_code(args["member"])
    others = [one for one in _codes(PERMANENT if args.get("with_") is None else args["with_"]) if one != code]
    if len(others) > MOST:
        raise GraphQLError(f"`with` takes at most {MOST} members, not {len(others)}")
    years, odd = _years(args, asking)
    names = present_names(asking.read)
    counts: dict[int, list[int]] = {}
    tables: dict[tuple[int, str], list[int]] = {}
    for number_, year in years:
        if code not in year.members or (number_, code) in odd:
            continue
        counts[number_] = _sum(counts.get(number_), year.members[code])
        for other in others:
            cells = year.pairs.get((code, other)) or transposed(year.pairs.get((other, code)) or [0] * CELLS)
            if (number_, other) not in odd:
                tables[number_, other] = _sum(tables.get((number_, other)), cells)
    found = []
    for number_, own in sorted(counts.items()):
        pairs = [_pair(code, other, tables.get((number_, other), [0] * CELLS), names) for other in others]
        found.append({**_year_of(number_, own), "agreement": pairs})
    return [found] * len(parents)


def _sum(a: Sequence[int] | None, b: Sequence[int]) -> list[int]:
    return list(b) if a is None else [one + other for one, other in zip(a, b, strict=True)]


def _year_of(year: int, own: Sequence[int]) -> Values:
    counts = dict(zip(MEMBER, own, strict=True))
    known = sum(counts[name] for name in ("yes", "abstain", "no", "not_voting"))
    voted = _compared(own)
    shares = {
        f"{name}_share": counts[name] / known if known else None for name in ("yes", "no", "abstain", "not_voting")
    }
    dissent = counts["against_majority"] / voted if voted else None
    return {"year": year, "ballots": known, **counts, **shares, "dissent_share": dissent}


_CONDITIONS = {
    "from_": argument(graphene.Int, "From this year on.", name="from"),
    "to": argument(graphene.Int, "Up to this year."),
    "divided": argument(graphene.Boolean, "true: only votes on which those who voted did not all choose the same."),
    "adopted": argument(graphene.Boolean, "true: only votes on what was adopted; false: only on what was not."),
}

MATRIX_ARGUMENTS = {
    "members": argument(
        graphene.List(graphene.NonNull(graphene.String)),
        f"Codes of the members compared, at most {MOST}; all that voted in the period if not given.",
    ),
    **_CONDITIONS,
}
TRAJECTORY_ARGUMENTS = {
    "member": argument(graphene.String, "The member's code.", required=True),
    "with_": argument(
        graphene.List(graphene.NonNull(graphene.String)),
        "Codes of those to compare it with; the permanent members if not given.",
        name="with",
    ),
    **_CONDITIONS,
}
