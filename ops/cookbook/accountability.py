"""Recipes on accountability: the Assembly after a veto, sanctions, working methods, and what is not known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final

from ops.cookbook.recipe import Node, Plot, Recipe, Table, column, share, top


def after_a_veto(nodes: Sequence[Node]) -> Table:
    """Each vetoed proposal with what the Assembly made of it, where a source says so."""
    table: Table = []
    for one in nodes:
        days = None
        if one["debatedOn"]:
            days = (date.fromisoformat(one["debatedOn"]) - date.fromisoformat(one["date"])).days
        table.append(
            {
                "vetoed": one["date"],
                "proposal": one["vote"]["symbol"],
                "by": ", ".join(sorted(cast["member"]["code"] for cast in one["casts"])),
                "debate": one["debatedOn"],
                "days": days,
                "emergency special session": one["session"],
                "special report": one["report"],
            }
        )
    return table


def sanctions(nodes: Sequence[Node]) -> Table:
    """Votes on sanctions by year and result, each vote once."""
    votes: dict[str, dict[str, str]] = defaultdict(dict)
    for one in nodes:
        if one["vote"]:
            adopted = "adopted unanimously" if one["vote"]["unanimous"] else "adopted, divided"
            votes[one["date"][:4]][one["vote"]["id"]] = (
                adopted if one["vote"]["outcome"] == "ADOPTED" else "not adopted"
            )
    table: Table = []
    for year, of_year in sorted(votes.items()):
        number = Counter(of_year.values())
        table.append(
            {"year": year}
            | {n: number[n] for n in ("adopted unanimously", "adopted, divided", "not adopted")}
            | {
                "divided, share of adopted": share(
                    number["adopted, divided"], number["adopted, divided"] + number["adopted unanimously"]
                )
            }
        )
    return table


def regimes(nodes: Sequence[Node]) -> Table:
    """Regimes imposed, ended and in force, year by year."""
    known = [one for one in nodes if one["imposedOn"]]
    last = max(one[day][:4] for one in known for day in ("imposedOn", "terminatedOn") if one[day])
    return [
        {
            "year": str(year),
            "imposed": sum(one["imposedOn"][:4] == str(year) for one in known),
            "ended": sum((one["terminatedOn"] or "")[:4] == str(year) for one in known),
            "in force at its end": sum(
                one["imposedOn"][:4] <= str(year) < (one["terminatedOn"] or "9999")[:4] for one in known
            ),
        }
        for year in range(1966, int(last) + 1)
    ]


def notes(nodes: Sequence[Node]) -> Table:
    """Notes on working methods by year."""
    counted = Counter(one["date"][:4] for one in nodes)
    return [
        {"year": str(year), "notes": counted[str(year)]} for year in range(int(min(counted)), int(max(counted)) + 1)
    ]


def women(nodes: Sequence[Node]) -> Table:
    """What others published beside the archive's own records."""
    return [
        {
            "period": one["period"],
            "published": one["value"],
            "publisher": one["publisher"],
            "records in the archive": one["ours"],
        }
        for one in nodes
    ]


def unanswered(nodes: Sequence[Node]) -> Table:
    """The indicators without any value, and why."""
    return [
        {"question": one["title"], "why": one["coverage"]}
        for one in nodes
        if all(figure["value"] is None for figure in one["values"])
    ]


RECIPES: Final = (
    Recipe(
        slug="assembly-after-a-veto",
        title="What has the General Assembly made of vetoes since 2022?",
        why="""A/RES/76/262 of 26 April 2022 calls a debate within ten working days of every veto. Whether it
        changes anything is asked since; on what limits the veto see Jennifer Trahan, *Existing Legal Limits to
        Security Council Veto Power in the Face of Atrocity Crimes* (2020).""",
        query="""
{
  followups(first: 100, orderBy: DATE_ASC) {
    nodes { date vote { symbol } casts { member { code } } debatedOn session linkedOn report }
  }
}
""",
        work=after_a_veto,
        plot=Plot("bars", "proposal", ("days",), "Days from the veto to the debate"),
        says=lambda t: (
            f"""{len(t)} vetoed proposals: {len(column(t, "debate"))} were debated in a meeting of their own, after
            {min(column(t, "days"))} to {max(column(t, "days"))} calendar days; for
            {len(column(t, "emergency special session"))} an emergency special session stood for it; of the others
            no source here says. A special report is known for {len(column(t, "special report"))}."""
        ),
        caveats="""Kept by hand, for every vetoed proposal until September 2025. The days are calendar days: the
        clock of the resolution runs on working days, and `obligations(on:, kind: VETO_DEBATE)` computes it with
        the holidays of Headquarters. The oral amendment of 22 December 2023 stands twice in the voting record.
        That no report is known does not say that none was made: no list with symbols was found.""",
    ),
    Recipe(
        slug="sanctions-divided",
        title="How often is the Council divided on sanctions?",
        why="""Sanctions need support to be applied; divided decisions are named in the Council's own debates on
        working methods. Jeremy Matam Farrall, *United Nations Sanctions and the Rule of Law* (2007).""",
        query="""
{
  measures(first: 100, orderBy: DATE_ASC, filter: { date: { gte: "2019" } }) {
    nodes { date action vote { id outcome unanimous } }
  }
}
""",
        work=sanctions,
        plot=Plot("stacked", "year", ("adopted unanimously", "adopted, divided", "not adopted"), "Votes on sanctions"),
        says=lambda t: (
            f"""Of {sum(column(t, "adopted unanimously")) + sum(column(t, "adopted, divided"))} decisions adopted
            since {t[0]["year"]} {sum(column(t, "adopted, divided"))} were divided; most in
            {top(t, "adopted, divided")["year"]} ({top(t, "adopted, divided")["adopted, divided"]})."""
        ),
        caveats="""Decisions since 2019 that titles of the voting record or a press release show; a vote on several
        regimes counts once. Mandates of panels, authorizations to inspect vessels and exemptions are decisions,
        too. It is no complete list.""",
    ),
    Recipe(
        slug="sanctions-regimes",
        title="How many sanctions regimes are in force?",
        why="""From two in the Cold War to a standing instrument: Thomas J. Biersteker, Sue E. Eckert and Marcos
        Tourinho, eds., *Targeted Sanctions: The Impacts and Effectiveness of United Nations Action* (2016).""",
        query="""
{
  regimes(first: 100, orderBy: DATE_ASC) {
    nodes { name imposedOn terminatedOn }
  }
}
""",
        work=regimes,
        plot=Plot("lines", "year", ("in force at its end",), "Sanctions regimes"),
        says=lambda t: (
            f"""At most {top(t, "in force at its end")["in force at its end"]}
            ({top(t, "in force at its end")["year"]}); {t[-1]["in force at its end"]} at the end of {t[-1]["year"]},
            of {sum(column(t, "imposed"))} since {t[0]["year"]}."""
        ),
        caveats="""All regimes from first to last resolution, kept by hand. A regime replaced by another ends and
        the other begins; measures within a regime come and go without being seen here. The years end with the last
        change in the record.""",
    ),
    Recipe(
        slug="notes-on-working-methods",
        title="When does the Council write down its methods?",
        why="""Its rules are provisional since 1946; what changes is in notes by the President: Joanna Harrington,
        “The Working Methods of the United Nations Security Council: Maintaining the Implementation of Change”
        (2017).""",
        query="{\n  notes(first: 100, orderBy: DATE_ASC) {\n    nodes { symbol date }\n  }\n}",
        work=notes,
        plot=Plot("stacked", "year", ("notes",), "Notes by the President"),
        says=lambda t: (
            f"""{sum(column(t, "notes"))} notes from {t[0]["year"]} to {t[-1]["year"]}, most in
            {top(t, "notes")["year"]} ({top(t, "notes")["notes"]})."""
        ),
        caveats="""All notes on working methods known to the sources, kept by hand; their paragraphs are in only in
        part. `note(symbol:)` gives what replaces and amends what.""",
    ),
    Recipe(
        slug="women-briefers",
        title="How many women of civil society brief the Council?",
        why="""Counted by non-governmental organizations since resolution 1325 (2000); Sara E. Davies and Jacqui
        True, eds., *The Oxford Handbook of Women, Peace, and Security* (2019), set the question in its field.""",
        query="""
{
  indicator(name: "women_civil_society_briefers") {
    published { period value ours publisher }
  }
}
""",
        work=women,
        plot=Plot("bars", "period", ("published",), "Women of civil society who briefed, as published"),
        says=lambda t: (
            "Published: "
            + "; ".join(f"{r['period']}: {r['published']}" for r in t)
            + f". Of its own the archive has records for {len(column(t, 'records in the archive'))} of these periods."
        ),
        caveats="""The figures are others', with their publisher. Single briefers are recorded now and then, and no
        list of them with symbols was found; until one is recorded the archive cannot check the published figures.""",
    ),
    Recipe(
        slug="unanswered",
        title="What can the record not answer?",
        why="""Open-debate inflation, length of debates, briefers by gender, penholding: questions of the
        working-methods debate (see the [concept note](../concept-note.md)) for which nobody publishes a data set.
        A figure computed from what is missing would be an invention, so the archive answers null and says why.""",
        query="""
{
  indicators { title coverage values(from: "2021", to: "2023") { period value } }
}
""",
        work=unanswered,
        plot=None,
        says=lambda t: f"{len(t)} of the archive's indicators have no value for any of the years 2021 to 2023.",
        caveats="""**Penholding** is in no field: drafts name sponsors now and then, but who held the pen is in no
        document of the Council. **Open debates** have a figure only where a format was recorded by hand
        (`indicator(name: "open_debates")` says for how many meetings it is not stated). **Length of meetings**
        would need hours, which the meeting tables do not give. The kinds for speakers' lists, briefers and hours
        exist, and answer once somebody records them (see [recording](../recording.md)).""",
    ),
)
