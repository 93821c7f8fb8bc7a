"""Requests that mean harm: each has to be refused cheaply. The tests send them one by one, the soak among others."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any

GRAPHQL = "application/graphql-response+json"
ANSWERED = frozenset({200})
"""Refused where it is carried out: an answer with an error and nothing in it."""
MEDIA, LARGE, HEAD = frozenset({415}), frozenset({413}), frozenset({431})

NUMBER = "query($n:Int!){votes(first:$n){totalCount}}"
LISTED = "query($c:[String!]){votes(first:1,filter:{symbol:{in:$c}}){totalCount}}"
CYCLE = "fragment A on Query{...B} fragment B on Query{...A}"


@dataclass(frozen=True, slots=True)
class Attack:
    """A request as it goes over the wire, and the statuses that refuse it. The server closes the connection."""

    name: str
    raw: bytes
    statuses: frozenset[int] = frozenset({400})


def raw(body: bytes, *headers: str, path: str = "/graphql", kind: str = "application/json") -> bytes:
    """A POST of a body."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Connection: close",
        f"Accept: {GRAPHQL}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def asked(query: str, variables: Any = None, **more: Any) -> bytes:
    """A POST of a document."""
    told = {"query": query, **({"variables": variables} if variables is not None else {}), **more}
    return raw(json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def got(target: str, *headers: str) -> bytes:
    """A GET of a target."""
    lines = [f"GET {target} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", f"Accept: {GRAPHQL}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def _chain(length: int, width: int, last: str = "symbol") -> str:
    """Fragments that each spread the next several times: small to write, huge to expand."""
    parts = [f"fragment F{n} on Vote{{{' '.join([f'...F{n + 1}'] * width)}}}" for n in range(length)]
    return "{votes(first:1){nodes{...F0}}} " + " ".join(parts) + f" fragment F{length} on Vote{{{last}}}"


def _nested(open: str, inner: str, close: str, times: int) -> str:
    return open * times + inner + close * times


def _number(digits: str) -> bytes:
    return raw(json.dumps({"query": NUMBER, "variables": {"n": "?"}}).replace('"?"', digits).encode())


_SMALL = b"GET /graphql/static/nothing.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

FRAGMENTS = [
    Attack("a fragment within itself", asked("{...A} fragment A on Query{...A}")),
    Attack("two fragments within each other", asked("{...A} " + CYCLE)),
    Attack("a cycle of 100 fragments", asked(_chain(100, 1, "...F0"))),
    Attack("fragments that double 30 times", asked(_chain(30, 2))),
    Attack("fragments that grow fivefold 40 times", asked(_chain(40, 5))),
    Attack("a fragment cycle nobody uses", asked("{archive{position}} " + CYCLE)),
    Attack("inline fragments 400 deep", asked(_nested("{...on Query", "{archive{position}}", "}", 400))),
]

FLOODS = [
    Attack("400 aliases", asked("{" + " ".join(f"a{n}:archive{{position}}" for n in range(140)) + "}")),
    Attack("31 aliases", asked("{archive{" + " ".join(f"a{n}:position" for n in range(31)) + "}}")),
    Attack("100,000 characters of aliases", asked("{" + "a:archive{position}" * 5_000 + "}")),
    Attack("overlapping fields", asked("{archive{" + "position " * 300 + "}}")),
    Attack(
        "overlapping fields of fields",
        asked(
            "{" + "votes(first:1){nodes{ballots{choice}}}" * 10 + "votes(first:1){nodes{symbol " * 20 + "}}" * 20 + "}"
        ),
    ),
    Attack(
        "overlapping fields in fragments",
        asked("{" + "...A " * 60 + "}fragment A on Query{archive{" + "position " * 60 + "}}"),
    ),
    Attack("300 directives", asked("{archive" + "@skip(if:false)" * 140 + "{position}}")),
    Attack("300 unknown directives", asked("{archive" + "@a" * 400 + "{position}}")),
    Attack("300 unknown fields", asked("{" + " ".join(f"x{n}" for n in range(300)) + "}")),
    Attack("300 operations", asked(" ".join(f"query Q{n}{{nothing}}" for n in range(190)))),
    Attack("300 variables", asked("query(" + " ".join(f"$v{n}:Int" for n in range(300)) + "){archive{position}}")),
    Attack("comments only", asked("#" + "x" * 99_000)),
    Attack("1000 brackets", asked("{" * 1_000)),
]

PAGES = [
    Attack("a page of a million", asked("{votes(first:1000000){nodes{ballots{choice}}}}"), ANSWERED),
    Attack(
        "a page of a million by variable",
        asked(NUMBER, {"n": 10**6}),
        frozenset({200}),
    ),
    Attack("pages of pages", asked("{countries(first:100){nodes{ballots(first:100){nodes{vote{ballots{choice}}}}}}}")),
    Attack(
        "pages of pages by variable",
        asked(
            "query($n:Int!){countries(first:$n){nodes{ballots(first:$n){nodes{vote{ballots{choice}}}}}}}", {"n": 100}
        ),
    ),
    Attack("pages of a negative size", asked("{votes(first:-5){nodes{id}}}"), ANSWERED),
    Attack(
        "the schema ten times",
        asked("{" + "".join(f"a{n}:__schema{{types{{fields{{args{{name}}}}}}}}" for n in range(10)) + "}"),
    ),
    Attack("fields of types of fields", asked("{__schema{types{fields{type{fields{type{fields{type{name}}}}}}}}}")),
    Attack("12 searches", asked("{" + "".join(f's{n}:search(query:"a*"){{total}}' for n in range(12)) + "}")),
    Attack("13 states within states", asked(_nested("{asOf(position:1)", "{archive{position}}", "}", 13))),
]

VALUES = [
    Attack("lists 5,000 deep", asked("{vote(symbol:" + _nested("[", "", "]", 5_000) + "){id}}")),
    Attack("lists 25 deep where a text belongs", asked("{vote(symbol:" + _nested("[", '"x"', "]", 25) + "){id}}")),
    Attack("400 levels of fields", asked(_nested("{a", "", "}", 400))),
    Attack("6,000 variables", asked("{nothing}", {f"v{n}": n for n in range(6_000)})),
    Attack("a list of 15,000", asked(LISTED, {"c": ["x"] * 15_000})),
    Attack("JSON 40,000 deep", raw(b'{"query":"{x}","variables":' + b"[" * 40_000 + b"]" * 40_000 + b"}")),
    Attack("objects 9,000 deep", raw(b'{"query":"{x}","variables":' + b'{"a":' * 9_000 + b"1" + b"}" * 9_001)),
    Attack("a body of brackets", raw(b"[" * 99_000)),
    Attack("a number of 90,000 digits in the document", asked("{votes(first:" + "9" * 90_000 + "){totalCount}}")),
    Attack(
        "a number of 90,000 digits in a variable",
        _number("9" * 90_000),
    ),
    Attack(
        "a number beyond all bounds",
        _number("1e999"),
    ),
    Attack("a fraction of 90,000 digits", asked("{votes(first:0." + "9" * 90_000 + "){totalCount}}")),
    Attack("null characters in the document", asked("{archive{posi\0tion}}")),
    Attack("null characters in a text", asked('{vote(symbol:"1559\\u0000"){id}}'), ANSWERED),
    Attack(
        "null characters in a variable",
        asked("query($s:String!){vote(symbol:$s){id}}", {"s": "\0" * 99}),
        frozenset({200}),
    ),
    Attack("half a character", raw(b'{"query":"{archive{position}}","variables":{"a":"\\ud800"}}')),
    Attack("half a character in the document", asked('{vote(symbol:"\\\\ud800"){id}}'.replace("\\\\", "\\"))),
    Attack("bytes that are no UTF-8", raw(b'{"query":"\xc0\xae\xf8\x88\x80\x80\x80"}')),
    Attack("a name of 90,000 characters", asked("{" + "a" * 90_000 + "}")),
    Attack("20 names of 4,000 characters", asked("{" + " ".join(f"{'vote' * 1_000}{n}" for n in range(20)) + "}")),
    Attack(
        "300 arguments that are none", asked("{votes(" + "".join(f"firs{n}:1 " for n in range(300)) + "){nodes{id}}}")
    ),
    Attack("a word of 90,000 characters", asked("{votes(first:1){nodes{ballots(choice:" + "YES" * 30_000 + "){id}}}}")),
    Attack("300 types that are none", asked("{" + "".join(f"...on Vot{n}{{id}}" for n in range(160)) + "}")),
    Attack("marks upon marks", asked("{archive{e" + "\u0301" * 30_000 + "}}")),
    Attack("writing from the right", asked("{\u202earchive\u202c{position}}")),
]

HTTP = [
    Attack("a batch", raw(json.dumps([{"query": "{archive{position}}"}] * 1_000).encode())),
    Attack("a text for a body", raw(b'"{archive{position}}"')),
    Attack("a name told twice", raw(b'{"query":"{archive{position}}","query":"{nothing}"}')),
    Attack("a variable told twice", raw(b'{"query":"{archive{position}}","variables":{"a":1,"a":2}}')),
    Attack("a parameter told twice", got("/graphql?query={archive{position}}&query={nothing}")),
    Attack(
        "a bomb of zeros, compressed", raw(gzip.compress(bytes(20_000_000)), "Content-Encoding: gzip"), frozenset({415})
    ),
    Attack("several parts", raw(b"--x\r\n\r\n{}\r\n--x--", kind="multipart/form-data; boundary=x"), MEDIA),
    Attack("a form", raw(b"query={archive{position}}", kind="application/x-www-form-urlencoded"), MEDIA),
    Attack("a plain text", raw(b'{"query":"{archive{position}}"}', kind="text/plain"), MEDIA),
    Attack("UTF-7", raw(b'{"query":"{archive{position}}"}', kind="application/json; charset=utf-7"), MEDIA),
    Attack("a mutation by GET", got("/graphql?query=mutation{redact(record:%22x%22){position}}"), frozenset({405})),
    Attack("a megabyte", raw(b'{"query":"' + b" " * 1_000_000 + b'"}'), LARGE),
    Attack(
        "a header of 60,000 bytes",
        got("/graphql", "X-Long: " + "x" * 60_000),
        frozenset({431}),
    ),
    Attack("5,000 headers", got("/", *(f"X-{n}: x" for n in range(5_000))), HEAD),
    Attack("6,000 headers within bounds", got("/", *("a:" for _ in range(6_000))), HEAD),
    Attack(
        "60,000 headers behind a small request",
        _SMALL + got("/", *("a:" for _ in range(60_000))),
        frozenset({404, 431}),
    ),
    Attack("an address of 60,000 bytes", got("/graphql?query=" + "x" * 60_000), HEAD),
    Attack("a null character in the address", got("/votes/S%00")),
    Attack("two lengths", raw(b"{}", "Content-Length: 5")),
    Attack("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    Attack("a token of 5,000 characters", raw(b"{}", "Authorization: Bearer " + "x" * 5_000), frozenset({401})),
]

ATTACKS = [*FRAGMENTS, *FLOODS, *PAGES, *VALUES, *HTTP]
"""All of them."""
