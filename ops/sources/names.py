"""Printed names of States to member codes: today's State on the seat, by date where a name needs one.

A code is that of the State that holds the seat today (``RUS`` for the USSR, ``CHN`` throughout, ``COD`` for Zaire);
States that no longer exist keep their own (``YUG``, ``CSK``, ``DDR``, ``YMD``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TABLE = """
AGO Angola
ALB Albania
ARE United Arab Emirates
ARG Argentina
AUS Australia
AUT Austria
AZE Azerbaijan
BDI Burundi
BEL Belgium
BEN Benin; Dahomey
BFA Burkina Faso; Upper Volta
BGD Bangladesh
BGR Bulgaria; People's Republic of Bulgaria
BHR Bahrain
BIH Bosnia; Bosnia and Herzegovina
BLR Belarus; Byelorussian Soviet Socialist Republic; Byelorussian SSR
BOL Bolivia; Bolivia (Plurinational State of); Plurinational State of Bolivia
BRA Brazil; Fourth Brazilian Republic
BWA Botswana
CAN Canada
CHE Switzerland
CHL Chile
CHN China; Republic of China; Republic of China (Taiwan); People's Republic of China
CIV Côte d'Ivoire; Ivory Coast
CMR Cameroon; United Republic of Cameroon
COD Zaire; Democratic Republic of the Congo; Congo (Democratic Republic of)
COG Congo; Republic of the Congo; People's Republic of the Congo; Congo (Republic of)
COL Colombia
CPV Cape Verde; Cabo Verde
CRI Costa Rica
CSK Czechoslovakia; Czechoslovak Socialist Republic
CUB Cuba; Republic of Cuba
CZE Czech Republic; Czechia
DDR German Democratic Republic; East Germany
DEU Germany; Germany, Federal Republic of; Federal Republic of Germany; West Germany
DJI Djibouti
DNK Denmark
DOM Dominican Republic
DZA Algeria
ECU Ecuador
EGY Egypt; United Arab Republic; Egypt / United Arab Republic; Kingdom of Egypt
ESP Spain; Spanish State
EST Estonia
ETH Ethiopia; Ethiopian Empire
FIN Finland
FRA France; French Fourth Republic; French Fifth Republic
GAB Gabon
GBR United Kingdom; UK; United Kingdom of Great Britain and Northern Ireland
GHA Ghana
GIN Guinea
GMB Gambia; The Gambia
GNB Guinea-Bissau
GNQ Equatorial Guinea
GRC Greece; Kingdom of Greece
GTM Guatemala
GUY Guyana
HND Honduras
HRV Croatia
HUN Hungary; Hungarian People's Republic
IDN Indonesia
IND India
IRL Ireland
IRN Iran; Iran (Islamic Republic of); Pahlavi Iran
IRQ Iraq; Iraqi Republic; Ba'athist Iraq
ITA Italy
JAM Jamaica
JOR Jordan
JPN Japan
KAZ Kazakhstan
KEN Kenya
KGZ Kyrgyzstan
KOR Republic of Korea; Korea; South Korea
KWT Kuwait
LBN Lebanon
LBR Liberia
LBY Libya; Libyan Arab Jamahiriya; Libyan Arab Republic
LKA Sri Lanka; Ceylon; Sri Lanka/Ceylan
LTU Lithuania
LUX Luxembourg
LVA Latvia
MAR Morocco
MDG Madagascar
MEX Mexico
MLI Mali
MLT Malta
MOZ Mozambique
MRT Mauritania
MUS Mauritius
MYS Malaysia; Malaya; Federation of Malaya
NAM Namibia
NER Niger
NGA Nigeria
NIC Nicaragua
NLD Netherlands; Netherlands (Kingdom of the); Kingdom of the Netherlands
NOR Norway
NPL Nepal; Kingdom of Nepal
NZL New Zealand
OMN Oman
PAK Pakistan; Dominion of Pakistan
PAN Panama
PER Peru
PHL Philippines
POL Poland; Polish People's Republic
PRT Portugal
PRY Paraguay
QAT Qatar
ROU Romania; Romanian People's Republic; Socialist Republic of Romania
RUS Russian Federation; the Russian Federation; Russia; USSR; Russian Federation/USSR
RUS Union of Soviet Socialist Republics
RWA Rwanda
SDN Sudan
SEN Senegal
SGP Singapore
SLE Sierra Leone
SOM Somalia; Somali Democratic Republic
SVK Slovakia
SVN Slovenia
SWE Sweden
SYR Syria; Syrian Arab Republic
TCD Chad
TGO Togo
THA Thailand
TTO Trinidad and Tobago
TUN Tunisia
TUR Turkey; Türkiye
TZA Tanzania; United Republic of Tanzania; Tanganyika
UGA Uganda
UKR Ukraine; Ukrainian Soviet Socialist Republic; Ukrainian SSR
URY Uruguay
USA United States; USA; the United States; United States of America
VCT Saint Vincent and the Grenadines
VEN Venezuela; Venezuela (Bolivarian Republic of); Bolivarian Republic of Venezuela; Republic of Venezuela
VNM Viet Nam; Vietnam
YEM Yemen
YMD Democratic Yemen
YUG Yugoslavia; Federal People's Republic of Yugoslavia; Socialist Federal Republic of Yugoslavia
ZAF South Africa; Union of South Africa
ZMB Zambia
ZWE Zimbabwe
"""

_DAMAGED = {"turkyye": "TUR"}
"""Spellings that only an encoding accident makes."""

_CODES_OF_OLD = {"SUN": "RUS", "TWN": "CHN", "ZAR": "COD", "EGU": "EGY", "BYS": "BLR", "DHY": "BEN", "HVO": "BFA"}

DIVIDED = "1993-01-01"
"""Czechoslovakia ceased to exist at the end of 1992; a 'Czech Republic' of before is Czechoslovakia."""


class UnknownNameError(ValueError):
    """A name or code that the table does not know."""


@dataclass(frozen=True, slots=True)
class Member:
    """The code a name stands for, and what is odd about the name, if anything."""

    code: str
    remark: str = ""


_WORDS = re.compile(r"[^a-z]+")


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _WORDS.sub(" ", plain).strip()


_NAMES = {
    _key(name): code
    for code, _, names in (line.partition(" ") for line in _TABLE.strip().splitlines())
    for name in names.split(";")
}
CODES = frozenset(_NAMES.values())


@lru_cache(maxsize=4096)
def member(name: str, day: str = "") -> Member:
    """The member a name stands for on a day (ISO, at least the year). Raises :class:`UnknownNameError`."""
    key = _key(name)
    if key in _DAMAGED:
        return Member(_DAMAGED[key], f"{name!r} is damaged by a change of encoding: read as Türkiye")
    code = _NAMES.get(key)
    if code is None:
        raise UnknownNameError(f"{name!r} is the name of no member known here")
    if code == "CZE" and day and day < DIVIDED:
        return Member("CSK", f"{name!r} did not exist on {day}: read as Czechoslovakia")
    if code == "TUR" and "\u0130" not in name and "Ü" in name and name.isupper():
        return Member(code, f"{name!r} is damaged by a change of encoding: read as Türkiye")
    return Member(code)


def from_code(code: str) -> str:
    """The member code for a code as printed (``SUN`` is ``RUS``). Raises :class:`UnknownNameError`."""
    known = _CODES_OF_OLD.get(code.strip(), code.strip())
    if known not in CODES:
        raise UnknownNameError(f"{code!r} is the code of no member known here")
    return known


_NAMED_IN_LISTS = sorted(
    ("Russian Federation", "United States", "United Kingdom", "USSR", "USA", "UK", "France", "China"),
    key=len,
    reverse=True,
)
_CASTER = re.compile("|".join(re.escape(name) for name in _NAMED_IN_LISTS))


def casters(text: str) -> list[str]:
    """Permanent members named in a list, as printed, however they are divided: ``USA, UK and France``, ``UK USA``.

    Raises :class:`UnknownNameError` if the text says anything else.
    """
    rest = _CASTER.sub(" ", text)
    odd = [
        word for word in re.split(r"[\s,;/&]+", rest) if word and word.lower() not in ("and", "the", "of", "america")
    ]
    found = _CASTER.findall(text)
    if odd or not found:
        raise UnknownNameError(f"{text!r} does not name permanent members only")
    return found
