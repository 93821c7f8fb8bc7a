"""Recipes on concurring votes (Article 27): what a permanent No, an abstention or an absence comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from ops.cookbook.queries import BALLOTS, VOTES
from ops.cookbook.recipe import PERMANENT, Node, Plot, Recipe, Table, column, period, share, top

SHORT: Final = ("too few votes, a permanent No among them", "too few votes, no permanent No")


def failed(nodes: Sequence[Node]) -> Table:
    """Votes that did not adopt, by what they lacked."""
    table: Table = []
    for decade in sorted({period(vote["year"]) for vote in nodes}):
        votes = [vote for vote in nodes if period(vote["year"]) == decade and vote["outcome"] != "ADOPTED"]
        short = [vote for vote in votes if vote["outcome"] == "NOT_ADOPTED"]
        opposed = sum((vote["tally"]["permanentNo"] or 0) > 0 for vote in short)
        table.append(
            {
                "decade": decade,
                "vetoed": len(votes) - len(short),
                SHORT[0]: opposed,
                SHORT[1]: len(short) - opposed,
            }
        )
    return table


def permanent_no(nodes: Sequence[Node]) -> Table:
    """Negative ballots of permanent members by what became of the proposal."""
    kinds = {"VETOED": "vetoed", "NOT_ADOPTED": "failed for want of votes", "ADOPTED": "adopted all the same"}
    found = Counter(
        (ballot["member"]["code"], kinds[vote["outcome"]])
        for vote in nodes
        for ballot in vote["ballots"]
        if ballot["permanent"] and ballot["choice"] == "NO"
    )
    return [{"member": code} | {kind: found[code, kind] for kind in kinds.values()} for code in PERMANENT]


def stood_aside(nodes: Sequence[Node]) -> Table:
    """Adopted resolutions on which permanent members abstained."""
    adopted = [vote for vote in nodes if vote["outcome"] == "ADOPTED" and vote["ballots"]]
    table: Table = []
    for decade in sorted({period(vote["year"]) for vote in adopted}):
        votes = [vote for vote in adopted if period(vote["year"]) == decade]
        aside = Counter(
            ballot["member"]["code"]
            for vote in votes
            for ballot in vote["ballots"]
            if ballot["permanent"] and ballot["choice"] == "ABSTAIN"
        )
        some = sum(any(b["permanent"] and b["choice"] == "ABSTAIN" for b in vote["ballots"]) for vote in votes)
        counted = {code: aside[code] for code in PERMANENT}
        table.append({"decade": decade, "voted": len(votes), "in per cent": share(some, len(votes)), **counted})
    return table


def china(nodes: Sequence[Node]) -> Table:
    """Shares of China's ballots, in per cent, year by year."""
    return [
        {
            "year": str(year["year"]),
            "ballots": year["ballots"],
            "abstained or took no part": share(year["abstain"] + year["notVoting"], year["ballots"]),
            "against": share(year["no"], year["ballots"]),
        }
        for year in nodes
    ]


def absent(nodes: Sequence[Node]) -> Table:
    """Adopted resolutions in which a permanent member's ballot is non-voting."""
    table: Table = []
    for vote in nodes:
        away = [b["member"]["code"] for b in vote["ballots"] if b["permanent"] and b["choice"] == "NOT_VOTING"]
        if away and vote["outcome"] == "ADOPTED":
            table.append(
                {
                    "date": vote["date"],
                    "resolution": vote["symbol"],
                    "took no part": ", ".join(away),
                    "permanent members": len(away),
                }
            )
    return table


def procedural(nodes: Sequence[Node]) -> Table:
    """Adoptions against a permanent No."""
    return [
        {
            "date": one["date"],
            "resolution": one["symbol"],
            "title": one["title"],
            "yes": one["tally"]["yes"],
            "no": one["tally"]["no"],
            "permanent members against": ", ".join(b["member"]["code"] for b in one["ballots"] if b["permanent"]),
        }
        for one in nodes
    ]


RECIPES: Final = (
    Recipe(
        slug="failed-without-veto",
        title="How many proposals failed without a veto?",
        why="""A draft that lacks nine votes fails quietly and is missing from every list of vetoes; on such votes
        see Sievers and Daws, *The Procedure of the UN Security Council* (4th edition, 2014). A permanent No in
        such a vote is not a veto (Charter, Article 27(3)).""",
        query=VOTES,
        work=failed,
        plot=Plot(
            "stacked",
            "decade",
            ("vetoed", *SHORT),
            "Votes",
        ),
        says=lambda t: (
            f"""{sum(column(t, "vetoed"))} votes were vetoed; {sum(sum(column(t, n)) for n in SHORT)} failed for
            want of votes, {sum(column(t, SHORT[0]))} of them with a permanent member against."""
        ),
        caveats="""Drafts that were not put to the vote, because they would have failed, leave no trace here. Votes
        on amendments and paragraphs are in the record in part only. In a few votes of the 1940s the ballots are
        unknown: they count as without a permanent No.""",
    ),
    Recipe(
        slug="permanent-no",
        title="What becomes of a permanent member's No?",
        why="""“Veto” is used for every permanent No; the Charter's word is narrower (Article 27(2) and (3)). on
        practice see Sydney D. Bailey and Sam Daws, *The Procedure of the UN Security Council* (3rd edition, 1998).""",
        query=BALLOTS,
        work=permanent_no,
        plot=Plot("stacked", "member", ("vetoed", "failed for want of votes", "adopted all the same"), "Ballots"),
        says=lambda t: (
            f"""Of {sum(sum(column(t, c)) for c in list(t[0])[1:])} negative ballots of permanent members
            {sum(column(t, "vetoed"))} were vetoes; {sum(column(t, "failed for want of votes"))} fell on proposals
            that failed anyway, {sum(column(t, "adopted all the same"))} on decisions that were adopted, hence
            procedural."""
        ),
        caveats="""Votes whose ballots are not known are left out. That an adoption against a permanent No was
        procedural is inferred from the result, not stated (`basis: INFERRED`).""",
    ),
    Recipe(
        slug="abstention-instead-of-veto",
        title="How often do permanent members let a resolution pass by abstaining?",
        why="""By its words Article 27(3) asks for the concurring votes of the five; that an abstention does not
        prevent adoption is practice: Constantin A. Stavropoulos, “The Practice of Voluntary Abstentions by
        Permanent Members of the Security Council under Article 27, Paragraph 3, of the Charter of the United
        Nations” (1967).""",
        query=BALLOTS,
        work=stood_aside,
        plot=Plot("bars", "decade", PERMANENT, "Abstentions on adopted resolutions"),
        says=lambda t: (
            f"""In {t[-1]["in per cent"]} % of the resolutions voted on since {str(t[-1]["decade"])[:4]} at least
            one permanent member abstained; the highest share was {top(t, "in per cent")["in per cent"]} %
            ({top(t, "in per cent")["decade"]})."""
        ),
        caveats="""Adoptions without a vote have no ballots and are left out. China's non-participation of 1971–81
        stands in the first source as an abstention, in the official data as non-voting; it counts here as the
        first source has it.""",
    ),
    Recipe(
        slug="china-abstaining",
        title="How has China's abstaining changed since 1971?",
        why="""The People's Republic first abstained or stayed away, and came to vote with the majority: Samuel S.
        Kim, *China, the United Nations, and World Order* (1979); Wuthnow, *Chinese Diplomacy and the UN Security
        Council* (2013).""",
        query='{\n  trajectory(member: "CHN", from: 1972) { year ballots no abstain notVoting }\n}',
        work=china,
        plot=Plot("lines", "year", ("abstained or took no part", "against"), "Per cent of votes"),
        says=lambda t: (
            f"""Abstained or took no part: {t[0]["abstained or took no part"]} % in {t[0]["year"]}, at most
            {top(t, "abstained or took no part")["abstained or took no part"]} %
            ({top(t, "abstained or took no part")["year"]}), {t[-1]["abstained or took no part"]} % in
            {t[-1]["year"]}."""
        ),
        caveats="""From 1972 on, the first whole year of the People's Republic on the seat. Abstention and
        non-participation are counted together, since sources write the one for the other up to 1981; `conflicts`
        lists where.""",
    ),
    Recipe(
        slug="permanent-member-absent",
        title="Which resolutions were adopted while a permanent member took no part?",
        why="""Whether absence is a concurring vote was argued over Korea in 1950: Myres S. McDougal and Richard N.
        Gardner, “The Veto and the Charter: An Interpretation for Survival” (1951).""",
        query=BALLOTS,
        work=absent,
        plot=Plot("bars", "resolution", ("permanent members",), "Permanent members that took no part"),
        says=lambda t: f"""{len(t)} resolutions, from {t[0]["resolution"]} to {t[-1]["resolution"]}.""",
        caveats="""As the first source states it. The official data has many more for China between 1971 and 1981,
        where the first source writes an abstention: see `conflicts`.""",
    ),
    Recipe(
        slug="procedural-adoptions",
        title="Which decisions were procedural, although nobody said so?",
        why="""Whether a matter is procedural is seldom announced. An adoption against a permanent No gives it
        away, as in the calls for emergency special sessions under the resolution “Uniting for Peace”: Bailey and
        Daws, *The Procedure of the UN Security Council* (1998).""",
        query="""
{
  votes(first: 100, orderBy: DATE_ASC, filter: { nature: { eq: PROCEDURAL } }) {
    nodes { date symbol title tally { yes no } ballots(choice: NO) { permanent member { code } } }
  }
}
""",
        work=procedural,
        plot=Plot("bars", "resolution", ("yes", "no"), "Votes"),
        says=lambda t: (
            f"""{len(t)} adoptions, {sum("emergency" in str(r["title"]).lower() for r in t)} of which name an
            emergency special session in their title."""
        ),
        caveats="""Inferred from the result. Procedural decisions that no permanent member opposed cannot be told
        from others, and votes on the agenda or on invitations are in no source here.""",
    ),
)
