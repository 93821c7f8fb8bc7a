"""Names of members as sources print them."""

from __future__ import annotations

import pytest

from ops.sources.names import UnknownNameError, casters, from_code, member


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("USSR", "RUS"),
        ("RUSSIAN FEDERATION/USSR", "RUS"),
        ("Republic of China (Taiwan)", "CHN"),
        ("EGYPT / UNITED ARAB REPUBLIC", "EGY"),
        ("GERMANY, FEDERAL REPUBLIC OF", "DEU"),
        ("GERMAN DEMOCRATIC REPUBLIC", "DDR"),
        ("ZAIRE", "COD"),
        ("CONGO", "COG"),
        ("KOREA", "KOR"),
        ("BOSNIA", "BIH"),
        ("SRI LANKA/CEYLAN", "LKA"),
        ("CÔTE D'IVOIRE", "CIV"),
        ("Dahomey", "BEN"),
        ("Upper Volta", "BFA"),
        ("Byelorussian Soviet Socialist Republic", "BLR"),
        ("CAPE VERDE", "CPV"),
        ("Türkiye", "TUR"),
    ],
)
def test_a_name_is_the_code_of_todays_state_on_the_seat(name: str, code: str) -> None:
    assert member(name, "1990-01-01").code == code
    assert not member(name, "1990-01-01").remark


def test_a_czech_republic_voting_in_1964_is_czechoslovakia_and_said_to_be() -> None:
    assert member("CZECH REPUBLIC", "1964-03-04").code == "CSK"
    assert "Czechoslovakia" in member("CZECH REPUBLIC", "1964-03-04").remark
    assert member("CZECH REPUBLIC", "1994-01-01").code == "CZE"


@pytest.mark.parametrize("name", ["TÜRKÝYE", "TÜRKIYE"])
def test_damaged_spellings_are_read_and_said(name: str) -> None:
    assert member(name, "2009-01-01").code == "TUR"
    assert "damaged" in member(name, "2009-01-01").remark


def test_codes_of_old() -> None:
    assert [from_code(code) for code in ("SUN", "TWN", "FRA", "DDR")] == ["RUS", "CHN", "FRA", "DDR"]
    with pytest.raises(UnknownNameError):
        from_code("ZZZ")


def test_what_is_no_member_is_refused() -> None:
    with pytest.raises(UnknownNameError):
        member("Atlantis", "1990-01-01")


@pytest.mark.parametrize("text", ["France UK USA", "France, UK, USA", "France\nUK\nUSA", "France, UK and USA"])
def test_casters_however_they_are_divided(text: str) -> None:
    assert casters(text) == ["France", "UK", "USA"]


def test_casters_must_be_permanent_members() -> None:
    with pytest.raises(UnknownNameError):
        casters("USA and Poland")
