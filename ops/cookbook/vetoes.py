"""Recipes on the veto: who casts it, alone or with others, and against what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from ops.cookbook.queries import VETOED, VOTES
from ops.cookbook.recipe import PERMANENT, Node, Plot, Recipe, Table, column, period, top


def by_decade(nodes: Sequence[Node]) -> Table:
    """Casts by decade and member: cells of a cross table, one for each count above 0."""
    casts = {(period(int(cell["key"])), cell["across"]): cell["count"] for cell in nodes}
    decades = sorted({decade for decade, _ in casts})
    return [{"decade": decade} | {code: casts.get((decade, code), 0) for code in PERMANENT} for decade in decades]


def by_definition(nodes: Sequence[Node]) -> Table:
    """Both counts of casts, member by member."""
    return [
        {"member": one["code"], "official list": one["official"], "votes in the archive": one["own"]} for one in nodes
    ]


def alone_or_together(nodes: Sequence[Node]) -> Table:
    """Vetoed votes by who vetoed them together."""
    together = Counter(
        (period(vote["year"]), "+".join(sorted(veto["member"]["code"] for veto in vote["vetoes"]))) for vote in nodes
    )
    table: Table = []
    for decade in sorted({decade for decade, _ in together}):
        row = {who: number for (when, who), number in together.items() if when == decade}
        others = sum(number for who, number in row.items() if "+" in who)
        named = ("CHN+RUS", "GBR+USA", "FRA+GBR+USA")
        known = {who: row.get(who, 0) for who in named}
        rest = others - sum(known.values())
        table.append({"decade": decade, "one alone": sum(row.values()) - others, **known, "others together": rest})
    return table


def double(nodes: Sequence[Node]) -> Table:
    """The vetoed preliminary questions."""
    return [
        {"date": one["date"], "record": one["symbol"], "question": one["title"]}
        | one["tally"]
        | {"vetoed by": ", ".join(veto["member"]["code"] for veto in one["vetoes"])}
        for one in nodes
    ]


def soviet(nodes: Sequence[Node]) -> Table:
    """Votes the seat's holder vetoed, those on admission told by their title."""
    table: Table = []
    for lustrum in sorted({period(vote["year"], 5) for vote in nodes}):
        votes = [
            vote
            for vote in nodes
            if period(vote["year"], 5) == lustrum and any(veto["member"]["code"] == "RUS" for veto in vote["vetoes"])
        ]
        admission = sum(
            "admission" in vote["title"].lower() or "for membership" in vote["title"].lower() for vote in votes
        )
        table.append({"years": lustrum, "admission of members": admission, "all else": len(votes) - admission})
    return table


def admissions(nodes: Sequence[Node]) -> Table:
    """Votes on admission, told by their title, by outcome."""
    asked = [
        vote for vote in nodes if "admission" in vote["title"].lower() or "for membership" in vote["title"].lower()
    ]
    table: Table = []
    for decade in sorted({period(vote["year"]) for vote in nodes}):
        outcomes = Counter(vote["outcome"] for vote in asked if period(vote["year"]) == decade)
        table.append(
            {
                "decade": decade,
                "recommended": outcomes["ADOPTED"],
                "vetoed": outcomes["VETOED"],
                "too few votes": outcomes["NOT_ADOPTED"],
            }
        )
    return table


RECIPES: Final = (
    Recipe(
        slug="vetoes-by-decade",
        title="Who has vetoed, decade by decade?",
        why="""The oldest count of all, and the first figure of nearly every book on the Council: Norman J.
        Padelford, “The Use of the Veto” (1948); Sydney D. Bailey, *Voting in the Security Council* (1969); Loraine
        Sievers and Sam Daws, *The Procedure of the UN Security Council* (4th edition, 2014). The pattern is read
        as a history of who was in the minority.""",
        query="""
{
  counts {
    vetoes(by: DECADE, across: MEMBER, filter: { inVote: true }) { cells { key across count } }
  }
}
""",
        work=by_decade,
        plot=Plot("stacked", "decade", PERMANENT, "Vetoes cast"),
        says=lambda t: (
            "; ".join(f"{code} {sum(column(t, code))}" for code in PERMANENT)
            + f""" casts in all. Most Soviet casts are of {top(t, "RUS")["decade"]} ({top(t, "RUS")["RUS"]}), most of
            the United States of {top(t, "USA")["decade"]} ({top(t, "USA")["USA"]})."""
        ),
        caveats="""A cast is one member's veto in one vote: amendments, paragraphs and preliminary questions count,
        so the total is above the official one (see the next recipe). China's casts before 25 October 1971 are
        those of the Republic of China. The oral amendment of 22 December 2023 stands twice in the voting record,
        which adds one cast.""",
    ),
    Recipe(
        slug="vetoes-by-definition",
        title="How many vetoes are there?",
        why="""Every published total has a definition of its own, and few print it. Two counts beside each other
        say how much hangs on it; on what is put to the vote see Bailey, *Voting in the Security Council* (1969).""",
        query="{\n  vetoCount { byMember { code official own } }\n}",
        work=by_definition,
        plot=Plot("bars", "member", ("official list", "votes in the archive"), "Casts"),
        says=lambda t: (
            f"""The official list names {sum(column(t, "official list"))} casts, the votes the archive holds give
            {sum(column(t, "votes in the archive"))}."""
        ),
        caveats="""The official list at hand ends with the veto of 26 May 2022 and counts draft resolutions and a
        few other proposals; the archive's votes go on and count every vote apart. `vetoCount
        { definitions { term text } }` gives the terms.""",
    ),
    Recipe(
        slug="joint-vetoes",
        title="Do permanent members veto alone or together?",
        why="""Joint vetoes are read as a sign of blocs within the five: the three Western members over southern
        Africa, China and the Russian Federation since 2007. On China's part see Joel Wuthnow, *Chinese Diplomacy
        and the UN Security Council: Beyond the Veto* (2013).""",
        query=VETOED,
        work=alone_or_together,
        plot=Plot(
            "stacked", "decade", ("one alone", "CHN+RUS", "GBR+USA", "FRA+GBR+USA", "others together"), "Vetoed votes"
        ),
        says=lambda t: (
            f"""{sum(column(t, "one alone"))} votes were defeated by one member alone, {sum(column(t, "CHN+RUS"))}
            by China and the Russian Federation (or the Soviet Union) together, {sum(column(t, "FRA+GBR+USA"))} by
            France, the United Kingdom and the United States."""
        ),
        caveats="""Joint vetoes are those cast in one vote. Who would have joined had it been needed is in no
        record: once one member has announced a veto, the others can vote as they like.""",
    ),
    Recipe(
        slug="double-veto",
        title="When was the double veto cast?",
        why="""The double veto is a veto on the preliminary question whether a matter is procedural, so that the
        matter itself can be vetoed: Alexander W. Rudzinski, “The So-Called Double Veto” (1951); Leo Gross, “The
        Double Veto and the Four-Power Statement on Voting in the Security Council” (1953).""",
        query="""
{
  votes(first: 100, orderBy: DATE_ASC, filter: { proposal: { eq: "preliminary question" } }) {
    nodes { date symbol title vetoes { member { code } } tally { yes no abstain } }
  }
}
""",
        work=double,
        plot=Plot("bars", "date", ("yes", "no", "abstain"), "Votes"),
        says=lambda t: (
            f"""The record knows {len(t)} votes on a preliminary question that were vetoed, on
            {len({r["date"] for r in t})} days between {t[0]["date"]} and {t[-1]["date"]}."""
        ),
        caveats="""The official list names three double vetoes (S/PV.49, S/PV.202, S/PV.303); the voting record
        gives S/PV.303 two votes on it. Preliminary questions that were decided without a veto are in the data only
        where it calls them so: that of 1959 on Laos is not.""",
    ),
    Recipe(
        slug="soviet-vetoes-and-admission",
        title="How much of the Soviet and Russian veto was about admission?",
        why="""The early Soviet veto fell mostly on applications for membership, in the deadlock that ended in
        1955: Padelford (1948); John G. Stoessinger, *The United Nations and the Superpowers* (1965).""",
        query=VETOED,
        work=soviet,
        plot=Plot("stacked", "years", ("admission of members", "all else"), "Votes vetoed by the seat's holder"),
        says=lambda t: (
            f"""{sum(column(t, "admission of members"))} of
            {sum(column(t, "admission of members")) + sum(column(t, "all else"))} votes; the most in five years are
            those of {top(t, "admission of members")["years"]}."""
        ),
        caveats="""Told from the title of the vote, in English, as the source writes it. Each applicant put to the
        vote counts, several times if voted on again.""",
    ),
    Recipe(
        slug="admissions",
        title="How did applications for membership fare?",
        why="""Article 4 makes the Council the gate of the Organization: Thomas D. Grant, *Admission to the United
        Nations: Charter Article 4 and the Rise of Universal Organization* (2009).""",
        query=VOTES,
        work=admissions,
        plot=Plot("stacked", "decade", ("recommended", "vetoed", "too few votes"), "Votes on admission"),
        says=lambda t: (
            f"""{sum(column(t, "recommended"))} recommendations, {sum(column(t, "vetoed"))} vetoed,
            {sum(column(t, "too few votes"))} short of votes; the last veto is of
            {next(r["decade"] for r in reversed(t) if r["vetoed"])}."""
        ),
        caveats="""Found by words of the title; an application whose title names only the State is not found. Since
        the 1990s most recommendations are adopted without a vote.""",
    ),
)
