"""Recipes on the Council's work: meetings, what is on the agenda, statements, travel, who has served."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from ops.cookbook.queries import MEETINGS
from ops.cookbook.recipe import Node, Plot, Recipe, Table, column, period, share, top

GROUPS: Final = (
    *("african", "asia pacific", "eastern european", "latin american caribbean", "western european others"),
    "no group named",
)
"""The regional groups as the lists of members write them."""


def meetings(nodes: Sequence[Node]) -> Table:
    """Formal meetings by year, public and private."""
    numbers = Counter((one["year"], one["private"]) for one in nodes)
    years = sorted({one["year"] for one in nodes})
    return [{"year": str(year), "public": numbers[year, False], "private": numbers[year, True]} for year in years]


def deciding(nodes: Sequence[Node]) -> Table:
    """Public meetings by what came of them."""
    table: Table = []
    for lustrum in sorted({period(one["year"], 5) for one in nodes if one["year"] >= 1995}):
        public = [
            one for one in nodes if not one["private"] and one["year"] >= 1995 and period(one["year"], 5) == lustrum
        ]
        voted = sum(bool(one["votes"]) for one in public)
        stated = sum(not one["votes"] and any("PRST" in said for said in one["outcomes"]) for one in public)
        table.append(
            {
                "years": lustrum,
                "with a vote": voted,
                "with a presidential statement": stated,
                "neither": len(public) - voted - stated,
                "neither, share": share(len(public) - voted - stated, len(public)),
            }
        )
    return table


def agenda(nodes: Sequence[Node]) -> Table:
    """Different topics, and how much the most frequent took."""
    table: Table = []
    for lustrum in sorted({period(one["year"], 5) for one in nodes}):
        topics = Counter(one["topic"] for one in nodes if one["topic"] and period(one["year"], 5) == lustrum)
        first = topics.most_common(1)[0]
        table.append(
            {
                "years": lustrum,
                "meetings": topics.total(),
                "topics": len(topics),
                "the five most frequent": share(sum(number for _, number in topics.most_common(5)), topics.total()),
                "most frequent": first[0],
                "its meetings": first[1],
            }
        )
    return table


def topics(nodes: Sequence[Node]) -> Table:
    """The fifteen topics with most meetings from 2012 on."""
    counted = Counter(one["topic"] for one in nodes if one["year"] >= 2012 and one["topic"])
    ranked = sorted(counted, key=lambda topic: (-counted[topic], topic))[:15]
    return [{"topic": topic if len(topic) <= 60 else f"{topic[:59]}…", "meetings": counted[topic]} for topic in ranked]


def statements(nodes: Sequence[Node]) -> Table:
    """Resolutions and presidential statements of each year."""
    return [
        {"year": str(one["year"]), "resolutions": one["adopted"], "presidential statements": one["statements"]}
        for one in nodes
        if 1994 <= one["year"] <= 2021
    ]


def missions(nodes: Sequence[Node]) -> Table:
    """Missions by decade and region."""
    regions = sorted({one["region"] for one in nodes if one["region"]})
    counted = Counter((period(one["year"]), one["region"]) for one in nodes)
    return [{"decade": d} | {region: counted[d, region] for region in regions} for d in sorted({d for d, _ in counted})]


def served(nodes: Sequence[Node]) -> Table:
    """The fifteen elected members with most years."""
    elected = sorted((one for one in nodes if not one["permanent"]), key=lambda one: (-one["years"], one["code"]))
    return [{"member": one["code"], "name": one["name"], "years": one["years"]} for one in elected[:15]]


def regions(nodes: Sequence[Node]) -> Table:
    """Years of membership on elected seats by regional group."""
    seats = Counter(
        (period(one["year"]), (one["region"] or "no group named").replace("_", " "))
        for country in nodes
        for one in country["memberships"]
        if not one["permanent"]
    )
    return [{"decade": d} | {group: seats[d, group] for group in GROUPS} for d in sorted({d for d, _ in seats})]


RECIPES: Final = (
    Recipe(
        slug="meetings-by-year",
        title="How often does the Council meet, and how often in private?",
        why="""The Council's activity by numbers of formal meetings opens every survey of it: Wallensteen and
        Johansson (2004); Sievers and Daws (2014) on private meetings, which since 2001 are mostly those with troop
        contributors.""",
        query=MEETINGS,
        work=meetings,
        plot=Plot("stacked", "year", ("public", "private"), "Formal meetings"),
        says=lambda t: (
            f"""{sum(column(t, "public")) + sum(column(t, "private"))} meetings up to {t[-1]["year"]},
            {sum(column(t, "private"))} of them private; fewest in
            {min(t, key=lambda r: int(r["public"] or 0))["year"]}, most public ones in {top(t, "public")["year"]}
            ({top(t, "public")["public"]})."""
        ),
        caveats="""Formal meetings with a number; a resumption is no meeting of its own. The table of meetings ends
        in June 2022, so the last whole year is 2021. Consultations, Arria-formula meetings and the open
        videoconferences of 2020–21 are no formal meetings.""",
    ),
    Recipe(
        slug="meetings-without-decision",
        title="Does the Council talk more and decide less?",
        why="""Whether public meetings have become a stage is a standing complaint of its own members, and the
        reason for most notes on working methods (S/2017/507): Sievers and Daws, *The Procedure of the UN Security
        Council* (2014).""",
        query=MEETINGS,
        work=deciding,
        plot=Plot("stacked", "years", ("with a vote", "with a presidential statement", "neither"), "Public meetings"),
        says=lambda t: (
            f"""Neither vote nor statement in {t[0]["neither, share"]} % of the public meetings of {t[0]["years"]}
            and {t[-1]["neither, share"]} % of those of {t[-1]["years"]}."""
        ),
        caveats="""From 1995 on, since statements have had symbols of their own from 1994. A statement agreed in
        one meeting and read in another counts where it was read. Open debates as such cannot be counted: the
        meeting tables do not give the format (see [what cannot be answered](unanswered.md)).""",
    ),
    Recipe(
        slug="agenda-breadth",
        title="How broad is the agenda?",
        why="""How many questions the Council deals with, and how much one of them takes up, is a measure of
        attention: Wallensteen and Johansson, “Security Council Decisions in Perspective” (2004).""",
        query=MEETINGS,
        work=agenda,
        plot=Plot("lines", "years", ("topics",), "Different topics"),
        says=lambda t: (
            f"""{t[0]["topics"]} topics in {t[0]["years"]}, at most {top(t, "topics")["topics"]}
            ({top(t, "topics")["years"]}). The five most frequent took {t[0]["the five most frequent"]} % of the
            meetings of {t[0]["years"]} and {t[-1]["the five most frequent"]} % of those of {t[-1]["years"]}."""
        ),
        caveats="""A topic is the first one the Library's table gives for a meeting, in its words: a question
        renamed counts twice. The last span ends with 2021.""",
    ),
    Recipe(
        slug="topics-since-2012",
        title="What does the Council meet about?",
        why="""Which conflicts get attention, and which do not, is asked of every international body; for the
        Council see Wallensteen and Johansson, “Security Council Decisions in Perspective” (2004).""",
        query=MEETINGS,
        work=topics,
        plot=Plot("ranking", "topic", ("meetings",), "Formal meetings, 2012–2021"),
        says=lambda t: (
            f"""“{t[0]["topic"]}” ({t[0]["meetings"]} meetings), then “{t[1]["topic"]}” ({t[1]["meetings"]})."""
        ),
        caveats="""Agenda items, not conflicts: the first one stood for Syria, Lebanon and Yemen, and the
        Palestinian question has an item of its own.""",
    ),
    Recipe(
        slug="statements-and-resolutions",
        title="Do presidential statements give way to resolutions?",
        why="""Statements need consensus and no vote: Stefan Talmon, “The Statements by the President of the
        Security Council” (2003). Where consensus is hard to get their number falls.""",
        query="{\n  yearTotals(from: 1994, to: 2021) { year adopted statements }\n}",
        work=statements,
        plot=Plot("lines", "year", ("resolutions", "presidential statements"), "Number"),
        says=lambda t: (
            f"""{t[0]["presidential statements"]} statements beside {t[0]["resolutions"]} resolutions in
            {t[0]["year"]}, {t[-1]["presidential statements"]} beside {t[-1]["resolutions"]} in {t[-1]["year"]}."""
        ),
        caveats="""Statements as the Library's meeting tables list them, up to June 2022; the last whole year is
        2021. Statements to the press are no decisions of the Council and are in no source here.""",
    ),
    Recipe(
        slug="missions-by-region",
        title="Where does the Council travel?",
        why="""Missions are the Council's eyes on the ground; on how they came about see Sievers and Daws, *The
        Procedure of the UN Security Council* (2014).""",
        query="{\n  missions(first: 100, orderBy: DATE_ASC) {\n    nodes { year region }\n  }\n}",
        work=missions,
        plot=Plot(
            "stacked", "decade", ("Africa", "Africa, Europe", "Americas", "Asia", "Europe", "Middle East"), "Missions"
        ),
        says=lambda t: (
            f"""{sum(column(t, "Africa"))} of {sum(sum(column(t, n)) for n in list(t[0])[1:])} missions went to
            Africa alone."""
        ),
        caveats="""By the region the mission's page names; a journey to two regions stands in a column of its own.
        A mission listed without days counts in its year.""",
    ),
    Recipe(
        slug="who-has-served",
        title="Which elected members have served longest?",
        why="""Who gets elected, and how often, is explained by size, region and turns: Axel Dreher, Matthew Gould,
        Matthew D. Rablen and James Raymond Vreeland, “The Determinants of Election to the United Nations Security
        Council” (2014).""",
        query="{\n  countries(first: 100) {\n    nodes { code name permanent years }\n  }\n}",
        work=served,
        plot=Plot("ranking", "member", ("years",), "Calendar years on the Council"),
        says=lambda t: f"""{t[0]["name"]} with {t[0]["years"]} years, then {t[1]["name"]} with {t[1]["years"]}.""",
        caveats="""Calendar years in which the State sat, up to the last year the lists cover; a shared term counts
        for each of the two. States that no longer exist keep a code of their own.""",
    ),
    Recipe(
        slug="seats-by-region",
        title="How are the elected seats shared among regions?",
        why="""The enlargement of 1965 (A/RES/1991 (XVIII)) fixed a pattern of regional seats that reform debates
        want to change: Hosli and others, “Squaring the Circle?” (2011).""",
        query="{\n  countries(first: 100) {\n    nodes { code memberships { year region permanent } }\n  }\n}",
        work=regions,
        plot=Plot("stacked", "decade", GROUPS, "Member-years on elected seats"),
        says=lambda t: (
            f"""In {t[-2]["decade"]}:"""
            + ", ".join(f"{name} {t[-2][name]}" for name in list(t[-2])[1:])
            + " member-years."
        ),
        caveats="""The groups as the lists of members write them, today's names for earlier years, too; where a
        list names none the column says so. The last decade is not over, and lists reach to 2026.""",
    ),
)
