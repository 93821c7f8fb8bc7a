"""The outcome cell of the Library's tables, in the forms it really has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.charter import PERMANENT, Outcome
from domain.votes import MODALITIES, Vote
from ops.sources.names import member
from ops.sources.outcomes import Cell, parse


def test_a_resolution_with_its_tally() -> None:
    cell = parse("S/RES/1559 (2004)\n9-0-6")
    assert [(d.resolution, d.year, d.tally, d.modality) for d in cell.decided] == [(1559, 2004, "9-0-6", "vote")]
    assert not cell.others


def test_s_2014_916_was_not_adopted_and_not_vetoed() -> None:
    (failed,) = parse("Draft resolution S/2014/916 not adopted\n8-2-5").decided
    assert (failed.draft, failed.outcome, failed.tally, failed.vetoed_by) == ("S/2014/916", "not adopted", "8-2-5", ())


@pytest.mark.parametrize(
    ("text", "draft", "by"),
    [
        (
            "Draft resolution S/12310/Rev.1 vetoed\nby USA, France and UK\n10-3-2",
            "S/12310/Rev.1",
            ("USA", "France", "UK"),
        ),
        ("Draft resolutionS/2003/891vetoed by USA\n 11-1-3", "S/2003/891", ("USA",)),
        ("S/2020/667\n vetoed by China, Russian Federation \n 13-2-0", "S/2020/667", ("China", "Russian Federation")),
        ("Draft resolution (S/2014/189) vetoed by Russian Federation\n 13-1-1", "S/2014/189", ("Russian Federation",)),
        (
            "Draft resolution S/2009/310 vetoed by the Russian Federation\n 10-1-4",
            "S/2009/310",
            ("Russian Federation",),
        ),
        ("Draft resolution S/11400 (as amended) vetoed by \nUSSR\n12-2-0", "S/11400", ("USSR",)),
        ("Draft resolution S/471 & Add.1 vetoed by USSR\n9-2-0", "S/471", ("USSR",)),
        ("Draft resolution S/9696 and Corr.1 and\nCorr.2 vetoed by UK and USA\n9-2-4", "S/9696", ("UK", "USA")),
        (
            "Draft resolution S/3995 (incorporating amendment offered by Sweden in S/3998) vetoed by USSR\n10-1-0",
            "S/3995",
            ("USSR",),
        ),
        ("Draft resolution S/552, S/202 (preliminary question) vetoed by USSR\n 8-2-1", "S/552", ("USSR",)),
    ],
)
def test_vetoed_drafts(text: str, draft: str, by: tuple[str, ...]) -> None:
    (vetoed,) = parse(text).decided
    assert (vetoed.draft, vetoed.outcome, vetoed.vetoed_by) == (draft, "vetoed", by)
    assert vetoed.tally
    assert not parse(text).others


def test_several_outcomes_of_s_pv_57_keep_their_order_and_their_names() -> None:
    cell = parse(
        "Draft resolution S/PV.57 (Transjordan) vetoed by USSR 8-2-1 \n Draft resolution S/PV.57 (Ireland) vetoed by "
        "USSR 9-1-1 \n S/RES/8 (1946) \n 10-0-1"
    )
    assert [(d.draft or d.resolution, d.hint, d.tally) for d in cell.decided] == [
        ("S/PV.57", "Transjordan", "8-2-1"),
        ("S/PV.57", "Ireland", "9-1-1"),
        (8, "", "10-0-1"),
    ]


def test_one_tally_beside_two_drafts_is_given_to_neither() -> None:
    cell = parse("Draft resolutions S/507 & Add.1 & S/516 not adopted\n6-1-3")
    assert [(d.draft, d.tally) for d in cell.decided] == [("S/507", None), ("S/516", None)]
    assert len(cell.remarks) == 1


def test_adoptions_without_figures() -> None:
    cell = parse(
        "S/RES/2034 (2012)\nwithout vote\nS/RES/591 (1986)\nadopted by consensus\nS/RES/134 (1960)\nadopted unanimously"
    )
    assert [(d.resolution, d.modality, d.tally, d.note) for d in cell.decided] == [
        (2034, "without a vote", None, None),
        (591, "consensus", None, None),
        (134, None, None, "adopted unanimously"),
    ]


def test_a_member_absent_is_a_note_on_the_vote() -> None:
    (adopted,) = parse("S/RES/1287 (2000)\n 14-0-0 (1 absent)").decided
    assert (adopted.tally, adopted.note) == ("14-0-0", "1 absent")


def test_statements_and_the_rest() -> None:
    cell = parse("S/RES/470 (1980)\n14-0-0 +\nS/13970 (PRST)\n\nS/PRST/2014/28\n\nCommuniqué\n\nNote (S/2000/839)")
    assert cell.statements == ["S/13970", "S/PRST/2014/28"]
    assert cell.others == ["Communiqué", "Note (S/2000/839)"]


def test_a_draft_without_a_symbol_is_no_vote() -> None:
    cell = parse("Draft resolution S/Rev.9 vetoed by USSR\n9-1-1")
    assert not cell.decided
    assert cell.others


def _is_sound(cell: Cell) -> None:
    for decided in cell.decided:
        assert decided.outcome in [outcome.value for outcome in Outcome]
        assert decided.modality is None or decided.modality in MODALITIES
        assert all(member(caster).code in PERMANENT for caster in decided.vetoed_by)
        Vote(outcome=decided.outcome, modality=decided.modality, tally=decided.tally).check()


_PIECES = st.sampled_from(
    [
        "S/RES/",
        "1559 (2004)",
        "S/",
        "2014/916",
        "/Rev.1",
        "Draft resolution ",
        "s ",
        "vetoed by ",
        "not adopted",
        "USSR",
        ", ",
        "and ",
        "the ",
        "8-2-5",
        "99-99-99",
        "--",
        "without vote",
        "adopted unanimously",
        "(PRST)",
        "S/PRST/2014/28",
        "S/PV.57",
        "(Transjordan)",
        "\n",
        "(",
        ")",
        "+",
        "Corr.1",
        " & ",
    ]
)


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_no_cell_made_of_real_pieces_makes_it_raise(text: str) -> None:
    _is_sound(parse(text))


@given(st.text(max_size=300))
def test_no_text_makes_it_raise(text: str) -> None:
    _is_sound(parse(text))
