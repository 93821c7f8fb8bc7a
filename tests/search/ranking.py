"""A record whose title in six languages says all, beside texts that repeat the words: for the tests of both engines."""

from __future__ import annotations

from collections.abc import Iterator

from search import documents as searched
from search import languages
from search.asking import Asker
from search.engine import Engine, Query, Stamp, Target
from search.kinds import SearchDocument

SAID = "document:S/2000/1"
"""Titled in six languages; each title is but a part of all the words of the field."""

_TITLES = (
    ("fr", "Lettre datée du 4 mars sur la protection des civils au Kivu et les routes de la région"),
    ("es", "Carta de fecha 4 de marzo sobre la protección de los civiles en Kivu y los caminos de la región"),
    ("ru", "Письмо от 4 марта о защите гражданского населения в Киву и дорогах этого района"),
    ("zh", "三月四日关于基伍平民保护和该地区道路的信"),
    ("ar", "رسالة مؤرخة 4 مارس عن حماية المدنيين في كيفو وطرق المنطقة"),
)


def _documents() -> Iterator[SearchDocument]:
    title = "Letter dated 4 March on the protection of civilians in Kivu and the roads of the region"
    yield SearchDocument(SAID, "document", title, symbol="S/2000/1", names=_TITLES, since=1)
    for number in range(2, 40):
        text = "civilians and civilians in Kivu; the roads, roads and roads of Kivu " * 3
        record = f"document:S/2000/{number}"
        yield SearchDocument(record, "document", f"Report {number}", body=((text, "en"),), since=1)
    for number in range(40, 120):
        word = ("Roads", "Kivu", "Civilians in Kivu")[number % 3]
        yield SearchDocument(f"document:S/2000/{number}", "document", f"{word} {number}", since=1)


def ranked(target: Target, engine: Engine, text: str) -> list[tuple[str, float]]:
    """Index them and ask; the records found with their scores, best first."""
    made = Stamp(target.engine, languages.ANALYSIS, searched.SCHEMA, "views", 1, "event", 0)
    with target.writing():
        target.build(_documents(), lambda count: made, lambda _: None)
    asker = Asker(engine)
    found = [(hit.record, hit.score) for hit in asker.search(Query(text, first=50)).hits]
    asker.close()
    return found


ASKED = ("civilians Kivu roads", '"civilians in Kivu" road*', "civilians (roads OR streets) -Goma kind:document")
"""What both the title and the texts answer."""
