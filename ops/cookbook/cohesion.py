"""Recipes on cohesion: unanimity, who votes with whom, who stands apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Final

from ops.cookbook.queries import BALLOTS, VOTES, agreement
from ops.cookbook.recipe import PERMANENT, Node, Plot, Recipe, Table, column, period, share, top

PAIRS: Final = tuple(f"{a}–{b}" for a, b in combinations(PERMANENT, 2))


def unanimity(nodes: Sequence[Node]) -> Table:
    """Resolutions adopted by vote, and how many of them by all members."""
    table: Table = []
    for lustrum in sorted({period(vote["year"], 5) for vote in nodes}):
        voted = [
            vote
            for vote in nodes
            if period(vote["year"], 5) == lustrum and vote["outcome"] == "ADOPTED" and vote["unanimous"] is not None
        ]
        unanimous = sum(vote["unanimous"] for vote in voted)
        table.append(
            {
                "years": lustrum,
                "adopted by vote": len(voted),
                "unanimous": unanimous,
                "share": share(unanimous, len(voted)),
            }
        )
    return table


def pairs(nodes: Sequence[Node]) -> Table:
    """Share of the same choice in common votes, in per cent, pair by pair."""
    return [
        {"decade": period(matrix["firstYear"]), "votes": matrix["votes"]}
        | {f"{pair['a']}–{pair['b']}": share(pair["share"], 1) for pair in matrix["pairs"]}
        for matrix in nodes
    ]


def blocs(nodes: Sequence[Node]) -> Table:
    """Blocs of two members and more whose least agreement reaches the threshold, in each year asked for."""
    return [
        {
            "year": str(matrix["firstYear"]),
            "divided votes": matrix["votes"],
            "largest bloc": matrix["blocs"][0]["size"],
            "its members": ", ".join(matrix["blocs"][0]["members"]),
            "further blocs": "; ".join(", ".join(bloc["members"]) for bloc in matrix["blocs"][1:] if bloc["size"] > 1),
            "on their own": ", ".join(bloc["members"][0] for bloc in matrix["blocs"] if bloc["size"] == 1),
        }
        for matrix in nodes
    ]


def course(nodes: Sequence[Node]) -> Table:
    """Agreement of one member with the others of the five, year by year, in per cent."""
    return [
        {"year": str(year["year"]), "ballots": year["ballots"]}
        | {pair["b"]: share(pair["share"], 1) if pair["share"] is not None else None for pair in year["agreement"]}
        for year in nodes
    ]


def agreement_index(nodes: Sequence[Node]) -> Table:
    """The mean over a year's votes of (most - (others) / 2) / all."""
    indices: dict[int, list[float]] = defaultdict(list)
    for vote in nodes:
        counts = Counter(b["choice"] for b in vote["ballots"] if b["choice"] in ("YES", "NO", "ABSTAIN"))
        number, most = counts.total(), max(counts.values(), default=0)
        if number:
            indices[vote["year"]].append((most - (number - most) / 2) / number)
    return [
        {"year": str(year), "votes": len(of_year), "index": round(sum(of_year) / len(of_year), 3)}
        for year, of_year in sorted(indices.items())
    ]


def dissent(nodes: Sequence[Node]) -> Table:
    """Ballots on adopted resolutions by kind of seat."""
    table: Table = []
    for decade in sorted({period(vote["year"]) for vote in nodes}):
        row: dict[str, str | int | float | None] = {"decade": decade}
        for name, seat in (("permanent", True), ("elected", False)):
            choices = Counter(
                b["choice"]
                for vote in nodes
                if period(vote["year"]) == decade and vote["outcome"] == "ADOPTED"
                for b in vote["ballots"]
                if b["permanent"] is seat and b["choice"] in ("YES", "NO", "ABSTAIN")
            )
            row |= {
                f"{name}: ballots": choices.total(),
                f"{name}: not in favour": share(choices.total() - choices["YES"], choices.total()),
            }
        table.append(row)
    return table


def elected_dissenters(nodes: Sequence[Node]) -> Table:
    """The fifteen elected members with most ballots not in favour since 1990."""
    cast: Counter[str] = Counter()
    apart: Counter[str] = Counter()
    for vote in nodes:
        if vote["year"] < 1990 or vote["outcome"] != "ADOPTED":
            continue
        for b in vote["ballots"]:
            if not b["permanent"] and b["choice"] in ("YES", "NO", "ABSTAIN"):
                cast[b["member"]["code"]] += 1
                apart[b["member"]["code"]] += b["choice"] != "YES"
    ranked = sorted(apart, key=lambda code: (-apart[code], code))[:15]
    return [
        {"member": code, "ballots": cast[code], "not in favour": apart[code], "share": share(apart[code], cast[code])}
        for code in ranked
    ]


def lone(nodes: Sequence[Node]) -> Table:
    """Adopted resolutions from which one member alone stood apart; the fifteen who did so most."""
    alone: Counter[tuple[str, str]] = Counter()
    for vote in nodes:
        apart = [b for b in vote["ballots"] if b["choice"] in ("NO", "ABSTAIN")]
        if vote["outcome"] == "ADOPTED" and len(apart) == 1:
            alone[apart[0]["member"]["code"], apart[0]["choice"]] += 1
    members = sorted({code for code, _ in alone}, key=lambda code: (-alone[code, "NO"] - alone[code, "ABSTAIN"], code))[
        :15
    ]
    return [
        {"member": code, "abstained alone": alone[code, "ABSTAIN"], "alone against": alone[code, "NO"]}
        for code in members
    ]


def majorities(nodes: Sequence[Node]) -> Table:
    """Adopted resolutions by their affirmative votes."""
    table: Table = []
    for decade in sorted({period(vote["year"]) for vote in nodes if vote["year"] >= 1966}):
        yes = Counter(
            vote["tally"]["yes"]
            for vote in nodes
            if vote["year"] >= 1966
            and period(vote["year"]) == decade
            and vote["outcome"] == "ADOPTED"
            and vote["tally"]["yes"]
        )
        table.append(
            {
                "decade": decade,
                "9 or 10": yes[9] + yes[10],
                "11 or 12": yes[11] + yes[12],
                "13": yes[13],
                "14": yes[14],
                "15": yes[15],
            }
        )
    return table


RECIPES: Final = (
    Recipe(
        slug="unanimity",
        title="How has unanimity changed?",
        why="""Unanimity became the rule after 1990 and is taken for the measure of a Council that works: Peter
        Wallensteen and Patrik Johansson, “Security Council Decisions in Perspective” (in David M. Malone, ed.,
        *The UN Security Council*, 2004).""",
        query=VOTES,
        work=unanimity,
        plot=Plot("lines", "years", ("share",), "Per cent of resolutions adopted by vote"),
        says=lambda t: (
            f"""Lowest in {min(t, key=lambda r: float(r["share"] or 0))["years"]} ({min(column(t, "share"))} %),
            highest in {top(t, "share")["years"]} ({top(t, "share")["share"]} %), {t[-1]["share"]} % in
            {t[-1]["years"]}."""
        ),
        caveats="""Adoptions without a vote are left out: no ballot was cast. So are votes of which it is not known
        whether all voted in favour. A member absent or taking no part breaks unanimity. The last span is not over.""",
    ),
    Recipe(
        slug="majorities",
        title="With how many votes are resolutions adopted?",
        why="""Nine votes are enough; what is sought is more. How large the majorities are bears on reform:
        Madeleine O. Hosli, Rebecca Moody, Bryan O'Donovan, Serguei Kaniovski and Anna C. H. Little, “Squaring the
        Circle? Collective and Distributive Effects of United Nations Security Council Reform” (2011).""",
        query=VOTES,
        work=majorities,
        plot=Plot("stacked", "decade", ("9 or 10", "11 or 12", "13", "14", "15"), "Resolutions adopted since 1966"),
        says=lambda t: (
            f"""{sum(column(t, "15"))} resolutions of the Council of fifteen had all votes,
            {sum(column(t, "9 or 10"))} had nine or ten."""
        ),
        caveats="""From 1 January 1966 on, when the Council grew from eleven members to fifteen. Where two sources
        give different tallies (S/RES/1559: 15-0-0 and 9-0-6) the first one counts here; `conflicts` lists them.""",
    ),
    Recipe(
        slug="five-agreeing",
        title="How often do the permanent members vote alike?",
        why="""Agreement of the five by pairs is the simplest picture of their relations: Erik Voeten, “Clashes in
        the Assembly” (2000) and later work draw it for the Assembly; the Council's own votes, failed ones
        included, allow it from 1946 on.""",
        query=agreement(),
        work=pairs,
        plot=Plot("lines", "decade", PAIRS, "Per cent of common votes"),
        says=lambda t: (
            f"""In {t[-1]["decade"]} France and the United Kingdom agreed in {t[-1]["FRA–GBR"]} % of their votes,
            China and the Russian Federation in {t[-1]["CHN–RUS"]} %, the Russian Federation and the United States
            in {t[-1]["RUS–USA"]} % (in 1946–1949: {t[0]["RUS–USA"]} %)."""
        ),
        caveats="""Counted are votes in which both said yes, no or abstained. What is put to the vote has mostly
        been agreed before, so figures are high and say little of drafts that were given up. Until October 1971
        `CHN` is the Republic of China: the 1970s hold both. The fields `lijphart`, `s` and `kappa` of `pairs` give
        other measures of the field.""",
    ),
    Recipe(
        slug="five-agreeing-when-divided",
        title="How often do the permanent members vote alike when the Council divides?",
        why="""Without the unanimous votes the picture is sharper; that unanimous votes drown differences is an old
        caution of roll-call studies: Simon Hix, Abdul Noury and Gérard Roland, *Democratic Politics in the
        European Parliament* (2007).""",
        query=agreement(", divided: true"),
        work=pairs,
        plot=Plot("lines", "decade", PAIRS, "Per cent of common divided votes"),
        says=lambda t: (
            f"""In divided votes of {t[-1]["decade"]} the Russian Federation and the United States agreed in
            {t[-1]["RUS–USA"]} %, China and the Russian Federation in {t[-1]["CHN–RUS"]} %, France and the United
            Kingdom in {t[-1]["FRA–GBR"]} %."""
        ),
        caveats="""A vote is divided where not all ballots known are the same, failed proposals included. Few votes
        were divided in the 1990s and 2000s: shares of those decades rest on fewer votes than others.""",
    ),
    Recipe(
        slug="blocs",
        title="Which blocs form when the Council divides?",
        why="""Who votes together is the classical question of bloc analysis: Arend Lijphart, “The Analysis of Bloc
        Voting in the General Assembly” (1963). Chance agreement and few votes are its classical traps: Frank M.
        Häge, “Choice or Circumstance? Adjusting Measures of Foreign Policy Similarity for Chance Agreement”
        (2011).""",
        query="{\n"
        + "\n".join(
            f"  in{year}: agreementMatrix(from: {year}, to: {year}, divided: true) {{ ...blocs }}"
            for year in range(2016, 2026)
        )
        + "\n}\n\nfragment blocs on AgreementMatrix {\n  firstYear votes blocs(threshold: 0.8) { members size }\n}\n",
        work=blocs,
        plot=Plot("bars", "year", ("largest bloc",), "Members of the largest bloc"),
        says=lambda t: (
            f"""In {t[-1]["year"]} the largest bloc had {t[-1]["largest bloc"]} members ({t[-1]["its members"]}), in
            {t[0]["year"]} {t[0]["largest bloc"]}."""
        ),
        caveats="""Blocs are joined by their least agreement, at 80 % of the divided votes of the year; another
        threshold gives other blocs, and a year of few divided votes says little. Proposals that failed count, too.
        Slovenia is missing in 2024, since the source gives its ballots to Slovakia, which was no member.""",
    ),
    Recipe(
        slug="course-of-the-russian-federation",
        title="With whom has the Soviet Union's and Russia's seat voted?",
        why="""The course of one member against the others shows turns that averages hide; for the first twenty
        years see Stoessinger, *The United Nations and the Superpowers* (1965).""",
        query='{\n  trajectory(member: "RUS", with: ["CHN", "FRA", "GBR", "USA"]) {\n'
        "    year ballots agreement { b share }\n  }\n}",
        work=course,
        plot=Plot("lines", "year", ("CHN", "FRA", "GBR", "USA"), "Per cent of common votes"),
        says=lambda t: (
            f"""In {t[-1]["year"]} it chose like China in {t[-1]["CHN"]} % of their common votes and like the United
            States in {t[-1]["USA"]} %; in {t[0]["year"]} the figures were {t[0]["CHN"]} % and {t[0]["USA"]} %."""
        ),
        caveats="""Years have few votes up to the 1980s (1959: one), so single votes move the line. `CHN` is the
        Republic of China until October 1971. The boycott of 1950 leaves few common votes in that year.""",
    ),
    Recipe(
        slug="agreement-index",
        title="How cohesive is the Council, year by year?",
        why="""The agreement index of Hix, Noury and Roland (*Democratic Politics in the European Parliament*,
        2007) is 1 where all vote alike, 0 where yes, no and abstention are equally many: max(Y, N, A) less half of
        the rest, over all.""",
        query=BALLOTS,
        work=agreement_index,
        plot=Plot("lines", "year", ("index",), "Mean agreement index"),
        says=lambda t: (
            f"""Lowest in {min(t, key=lambda r: float(r["index"] or 0))["year"]} ({min(column(t, "index"))}),
            {t[-1]["index"]} in {t[-1]["year"]}."""
        ),
        caveats="""All votes with ballots, failed proposals included. Years with few votes (1959: one) move by
        single votes. The index treats an abstention as a third position, which in the Council it often is not.""",
    ),
    Recipe(
        slug="elected-members-dissent",
        title="Who withholds support more often, permanent or elected members?",
        why="""What elected members can do, and whether they dare to differ: Jeremy Farrall, Marie-Eve Loiselle,
        Christopher Michaelsen, Jochen Prantl and Jeni Whalan, “Elected Member Influence in the United Nations
        Security Council” (2020).""",
        query=BALLOTS,
        work=dissent,
        plot=Plot(
            "bars",
            "decade",
            ("permanent: not in favour", "elected: not in favour"),
            "Per cent of ballots on adopted resolutions",
        ),
        says=lambda t: (
            f"""In {t[-1]["decade"]} {t[-1]["permanent: not in favour"]} % of the permanent members' ballots on
            adopted resolutions were not in favour, and {t[-1]["elected: not in favour"]} % of the elected members'."""
        ),
        caveats="""Adopted resolutions only: a permanent member against a proposal mostly prevents its adoption.
        The 201 ballots in the wrong column (Algeria for Argentina 1966–67, Turkey for Portugal 2011–12, Slovakia
        for Slovenia 2024) count as elected members' all the same.""",
    ),
    Recipe(
        slug="elected-dissenters",
        title="Which elected members differed most often since 1990?",
        why="""Votes of elected members are studied for what moves them, aid not least: Ilyana Kuziemko and Eric
        Werker, “How Much Is a Seat on the Security Council Worth?” (2006); James Raymond Vreeland and Axel Dreher,
        *The Political Economy of the United Nations Security Council* (2014).""",
        query=BALLOTS,
        work=elected_dissenters,
        plot=Plot("ranking", "member", ("not in favour",), "Ballots not in favour of adopted resolutions"),
        says=lambda t: (
            f"""{t[0]["member"]} ({t[0]["not in favour"]} of {t[0]["ballots"]}), {t[1]["member"]}
            ({t[1]["not in favour"]} of {t[1]["ballots"]}), {t[2]["member"]} ({t[2]["not in favour"]} of
            {t[2]["ballots"]})."""
        ),
        caveats="""Numbers, not a rate: who sat longer had more occasions; the share stands beside. Ballots the
        source gives to a State that was no member that year stand under that State (`council conflicts --kind
        membership`).""",
    ),
    Recipe(
        slug="alone",
        title="Who stands alone?",
        why="""The lone abstention is the mildest public dissent the Council knows; on the uses of abstaining see
        Sievers and Daws, *The Procedure of the UN Security Council* (4th edition, 2014).""",
        query=BALLOTS,
        work=lone,
        plot=Plot("ranking", "member", ("abstained alone", "alone against"), "Adopted resolutions"),
        says=lambda t: (
            f"""{t[0]["member"]}: {t[0]["abstained alone"]} abstentions alone on adopted resolutions;
            {t[1]["member"]}: {t[1]["abstained alone"]}; {t[2]["member"]}: {t[2]["abstained alone"]}. A member alone
            against an adopted resolution: {sum(column(t, "alone against"))} times among those shown."""
        ),
        caveats="""Members absent or taking no part are not counted as apart, so a lone abstention may have had an
        empty chair beside it.""",
    ),
)
