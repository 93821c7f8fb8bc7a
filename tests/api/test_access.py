"""Who may write: tokens of the archive, tokens of an issuer, and everything that is neither."""

from __future__ import annotations

import base64
import json
import logging
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import access as gate
from api.access import (
    ADDRESSES,
    FAILURES,
    Access,
    AccessUnavailableError,
    Attempts,
    ForbiddenError,
    Principal,
    ThrottledError,
    UnauthenticatedError,
)
from api.oidc import Oidc
from ops.settings import Settings
from ops.store.tokens import TokenError, TokenStore, open_tokens, until
from tests.api.issuer import AUDIENCE, Key, LocalIssuer, issuing
from tests.conftest import StoreUrl
from tests.end_to_end.conftest import command_line

HOME = "192.0.2.7"


@pytest.fixture
def tokens(store_url: StoreUrl) -> Iterator[TokenStore]:
    with closing(open_tokens(*store_url)) as opened:
        yield opened


@pytest.fixture
def local(tmp_path: Path) -> Iterator[TokenStore]:
    with closing(open_tokens(None, tmp_path / "access.db")) as opened:
        yield opened


@pytest.fixture
def issuer() -> Iterator[LocalIssuer]:
    with issuing() as running:
        yield running


def oidc(issuer: LocalIssuer, **changed: Any) -> Oidc:
    return Oidc(**{"issuer": issuer.address, "audience": AUDIENCE, "again": 0.0, **changed})


def identify(access: Access, token: str, address: str = HOME) -> Principal | None:
    return access.identify(f"Bearer {token}", address)


def refused(access: Access, token: str, caplog: pytest.LogCaptureFixture) -> str:
    """What the log says of a token that must be refused; it never says the token."""
    caplog.clear()
    with caplog.at_level(logging.INFO, "council.access"), pytest.raises(UnauthenticatedError):
        identify(access, token)
    (line,) = [record.getMessage() for record in caplog.records]
    assert not [part for part in token.split(".") if len(part) > 8 and part in line]
    return line


# -- tokens of the archive ---------------------------------------------------------------------------------------------


def test_a_token_lets_its_principal_in_until_it_is_revoked(
    tokens: TokenStore, caplog: pytest.LogCaptureFixture
) -> None:
    token, made = tokens.create("Verbatim Reporting", ["correct", "record"])
    other, _ = tokens.create("Verbatim Reporting", ["record"])
    access = Access(tokens)
    assert identify(access, token) == Principal("Verbatim Reporting", frozenset({"record", "correct"}))
    tokens.revoke(made.id)
    assert "'Verbatim Reporting' from 192.0.2.7: revoked token" in refused(access, token, caplog)
    assert identify(access, other) is not None
    assert [one.revoked is None for one in tokens.all()] == [False, True]
    first = tokens.revoke(made.id).revoked
    assert tokens.revoke(made.id).revoked == first
    with pytest.raises(TokenError, match="council token list"):
        tokens.revoke(99)


def test_an_expired_token_is_refused(tokens: TokenStore, caplog: pytest.LogCaptureFixture) -> None:
    token, _ = tokens.create("Secretariat", ["record"], "2026-01-31T23:59:59.999999Z")
    assert "'Secretariat' from 192.0.2.7: expired token" in refused(Access(tokens), token, caplog)


def test_only_the_hash_is_kept_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "access.db"
    file.touch(0o644)
    with closing(open_tokens(None, file)) as store:
        token, made = store.create("Secretariat", ["record"])
        assert token.removeprefix("council_").encode() not in file.read_bytes()
        assert token not in repr(made)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_day_of_last_use_is_noted(tokens: TokenStore) -> None:
    token, made = tokens.create("Secretariat", ["record"])
    assert made.last_used is None
    identify(Access(tokens), token)
    assert date.fromisoformat(tokens.all()[0].last_used or "")


@pytest.mark.parametrize("name", ["", " Amina", "a\nb", "x" * 101, "https://login.example#amina", "amina#1"])
def test_a_name_cannot_be_mistaken_for_anothers(local: TokenStore, name: str) -> None:
    with pytest.raises(TokenError, match="the name"):
        local.create(name, ["record"])


def test_a_token_has_a_known_scope(local: TokenStore) -> None:
    with pytest.raises(TokenError, match="there is no scope 'veto'; there are: record, correct, persist, administer"):
        local.create("Secretariat", ["record", "veto"])
    with pytest.raises(TokenError, match="needs a scope"):
        local.create("Secretariat", [])


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("90d", "2027-01-30T23:59:59.999999Z"),
        ("2027-01-31", "2027-01-31T23:59:59.999999Z"),
        ("2026-11-01", "2026-11-01T23:59:59.999999Z"),
    ],
)
def test_a_token_ends_with_its_last_day(said: str, ends: str) -> None:
    assert until(said, date(2026, 11, 1)) == ends


@pytest.mark.parametrize("said", ["0d", "tomorrow", "2026-13-01", "2026-10-31", "99999999d", "-3d", ""])
def test_an_end_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(TokenError, match=r"past|such as 90d"):
        until(said, date(2026, 11, 1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(place=st.integers(0, 50), letter=st.sampled_from("abcXYZ019-_!."))
def test_one_character_changed_makes_another_token(local: TokenStore, place: int, letter: str) -> None:
    if not local.all():
        local.create("other", ["administer"])
    token, _ = local.create("Secretariat", ["record"])
    changed = token[:place] + letter + token[place + 1 :]
    access = Access(local)
    if changed == token:
        assert identify(access, changed)
    else:
        with pytest.raises(UnauthenticatedError):
            identify(access, changed)


@pytest.mark.parametrize(
    "token", ["council_", "council_" + "a" * 42, "council_" + "a" * 44, "council_" + "a" * 42 + "="]
)
def test_what_cannot_be_a_token_is_not_looked_up(
    local: TokenStore, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert "malformed token" in refused(Access(local), token, caplog)
    assert "unknown token" in refused(Access(local), "council_" + "a" * 43, caplog)


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Negotiate x", "bearer", "Digest council_x"])
def test_other_schemes_and_none_are_nobody(header: str) -> None:
    if header == "bearer":
        with pytest.raises(UnauthenticatedError):
            Access().identify(header, HOME)
    else:
        assert Access().identify(header, HOME) is None


def test_a_store_that_does_not_answer_is_no_open_door(local: TokenStore, tmp_path: Path) -> None:
    token, _ = local.create("Secretariat", ["record"])
    (tmp_path / "access.db").write_bytes(b"no database" * 200)
    with pytest.raises(AccessUnavailableError):
        identify(Access(local), token)


# -- scopes and attempts -----------------------------------------------------------------------------------------------


def test_a_scope_that_is_lacking_is_named(caplog: pytest.LogCaptureFixture) -> None:
    clerk, chief = Principal("clerk", frozenset({"record"})), Principal("chief", frozenset({"administer"}))
    with pytest.raises(ForbiddenError, match="`correct`"):
        Access().require(clerk, ["record", "correct"], HOME)
    assert "'clerk' from 192.0.2.7: lacks the scope correct" in caplog.text
    assert Access().require(chief, ["record", "correct", "administer"], HOME) is chief


def test_whoever_fails_too_often_waits_but_a_good_token_does_not(
    local: TokenStore, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    access = Access(local, attempts=Attempts(lambda: now[0]))
    token, _ = local.create("Secretariat", ["record"])
    for _ in range(FAILURES):
        with pytest.raises(UnauthenticatedError):
            identify(access, "council_x")
    for _ in range(50):
        with pytest.raises(ThrottledError) as waiting:
            identify(access, "council_x")
        assert waiting.value.headers == {"Retry-After": "60"}
    assert len(caplog.records) == FAILURES + 1
    assert identify(access, token)
    with pytest.raises(UnauthenticatedError):
        identify(access, "council_x", "192.0.2.8")
    now[0] = gate.WINDOW
    with pytest.raises(UnauthenticatedError):
        identify(access, "council_x")


def test_attempts_are_counted_for_few_addresses_at_once() -> None:
    attempts = Attempts()
    for n in range(ADDRESSES + 500):
        attempts.failed(f"198.51.{n // 256}.{n % 256}")
    assert len(attempts) == ADDRESSES


def test_a_host_of_ipv6_is_counted_with_its_network() -> None:
    attempts = Attempts()
    assert [attempts.failed(f"2001:db8::{n:x}")[0] for n in range(3)] == [1, 2, 3]
    assert attempts.failed("2001:db8:0:1::1")[0] == 1


# -- tokens of an issuer -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_token_of_the_issuer_lets_its_subject_in(issuer: LocalIssuer, algorithm: str) -> None:
    issuer.keys = [Key("k1", algorithm)]
    token = issuer.token(scope="openid council:correct record", aud=["other", AUDIENCE])
    told = identify(Access(issuer=oidc(issuer)), token)
    assert told == Principal(f"{issuer.address}#amina", frozenset({"record", "correct"}))
    assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]


def test_keys_are_fetched_once_for_many_tokens(issuer: LocalIssuer) -> None:
    access = Access(issuer=oidc(issuer, jwks=f"{issuer.address}/keys", again=60.0))
    for name in ("amina", "boris", "chen"):
        identify(access, issuer.token(sub=name))
    assert issuer.asked == ["/keys"]


@pytest.mark.parametrize(
    ("claim", "claims"),
    [
        ("roles", {"roles": ["administer", "viewer", 7]}),
        ("realm_access.roles", {"realm_access": {"roles": ["administer"]}}),
        ("https://council.example/roles", {"https://council.example/roles": "administer"}),
    ],
)
def test_the_claim_of_scopes_is_a_setting(issuer: LocalIssuer, claim: str, claims: dict[str, Any]) -> None:
    told = identify(Access(issuer=oidc(issuer, claim=claim)), issuer.token(**claims))
    assert told is not None
    assert told.scopes == {"administer"}


@pytest.mark.parametrize("held", [None, "", "openid", 7, {"record": True}, [["record"]]])
def test_without_a_scope_of_ours_nothing_may_be_done(issuer: LocalIssuer, held: Any) -> None:
    told = identify(Access(issuer=oidc(issuer)), issuer.token(scope=held))
    assert told is not None
    assert told.scopes == frozenset()


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forgeries(issuer: LocalIssuer) -> dict[str, tuple[str, str]]:
    """What is tried → the token, and what the log says of it."""
    now, key = int(time.time()), issuer.keys[0]
    good = issuer.token()
    header, payload, signature = good.split(".")
    deep = base64.urlsafe_b64encode(b'{"alg":' + b"[" * 4000).rstrip(b"=").decode()
    hs256 = f"{part({'alg': 'HS256', 'kid': 'first', 'typ': 'JWT'})}.{payload}"
    mac = jwt.get_algorithm_by_name("HS256").sign(hs256.encode(), key.pem)
    stranger = Key("first")
    return {
        "no algorithm": (f"{part({'alg': 'none', 'kid': 'first'})}.{payload}.", "not accepted"),
        "none and the signature": (f"{part({'alg': 'none', 'kid': 'first'})}.{payload}.{signature}", "not accepted"),
        "the public key as secret": (f"{hs256}.{base64.urlsafe_b64encode(mac).decode()}", "not accepted"),
        "another key under this name": (issuer.token(stranger), "forged"),
        "another payload": (f"{header}.{part(issuer.claims(sub='chief'))}.{signature}", "forged"),
        "RSA as elliptic curve": (f"{part({'alg': 'ES256', 'kid': 'first'})}.{payload}.{signature}", "malformed"),
        "unknown key": (issuer.token(Key("nobody")), "unknown key"),
        "no name of a key": (jwt.encode(issuer.claims(), key.private, "RS256"), "names no key"),
        "another audience": (issuer.token(aud="portal"), "'{}#amina'.*another audience"),
        "no audience": (issuer.token(aud=None), "required claim"),
        "expired": (issuer.token(exp=now - 31), "'{}#amina'.*expired"),
        "no expiry": (issuer.token(exp=None), "required claim"),
        "not yet": (issuer.token(nbf=now + 90), "'{}#amina'.*from the future"),
        "issued tomorrow": (issuer.token(iat=now + 90_000), "'{}#amina'.*from the future"),
        "another issuer": (issuer.token(iss="https://login.example"), "another issuer"),
        "issuer with a slash more": (issuer.token(iss=f"{issuer.address}/"), "another issuer"),
        "no subject": (issuer.token(sub=None), "required claim"),
        "subject of two lines": (issuer.token(sub="amina\nrefused"), "unusable subject"),
        "endless subject": (issuer.token(sub="a" * 256), "unusable subject"),
        "critical extension": (
            jwt.encode(issuer.claims(), key.private, "RS256", {"kid": "first", "crit": ["x"], "x": 1}),
            "malformed",
        ),
        "nested without end": (f"{deep}.{payload}.{signature}", "malformed"),
        "header that is a list": (f"{part(['alg'])}.{payload}.{signature}", "malformed"),
        "two parts": (f"{header}.{payload}", "malformed"),
        "letters": ("eyJhbGciOi", "malformed"),
        "not ASCII": (good + "é", "malformed"),
        "nothing": ("", "malformed"),
        "far too long": ("a" * 9_000, "malformed"),
    }


def test_every_forgery_is_refused_with_one_answer(issuer: LocalIssuer, caplog: pytest.LogCaptureFixture) -> None:
    import re

    for what, (token, said) in forgeries(issuer).items():
        access = Access(issuer=oidc(issuer))
        line = refused(access, token, caplog)
        assert re.search(said.format(re.escape(issuer.address)), line), (what, line)
        assert "\n" not in line


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
WORDS = st.sampled_from(["RS256", "ES256", "PS256", "EdDSA", "HS256", "none", "first"])


@pytest.fixture(scope="module")
def lasting() -> Iterator[LocalIssuer]:
    with issuing() as running:
        yield running


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(
    changed=st.dictionaries(st.sampled_from(["iss", "aud", "sub", "exp", "nbf", "iat", "scope"]), VALUES, max_size=4)
)
def test_claims_of_any_type_name_nobody_else(lasting: LocalIssuer, changed: dict[str, Any]) -> None:
    key = lasting.keys[0]
    claims = {**lasting.claims(), **changed}
    token = jwt.api_jws.encode(json.dumps(claims).encode(), key.private, key.algorithm, {"kid": key.kid})
    try:
        told = identify(Access(issuer=oidc(lasting)), token)
    except UnauthenticatedError:
        return
    assert told is not None
    assert told.name == f"{lasting.address}#{claims['sub']}"
    assert (claims["iss"], AUDIENCE in claims["aud"]) == (lasting.address, True)
    assert told.scopes <= {"record", "correct", "administer"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(
    changed=st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c"]),
        VALUES | WORDS,
        min_size=1,
        max_size=5,
    )
)
def test_a_header_that_was_not_signed_is_refused(lasting: LocalIssuer, changed: dict[str, Any]) -> None:
    header, payload, signature = lasting.token().split(".")
    told = part({"alg": "RS256", "kid": "first", "typ": "JWT", **changed})
    if told == header:
        return
    with pytest.raises(UnauthenticatedError):
        identify(Access(issuer=oidc(lasting)), f"{told}.{payload}.{signature}")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(text=st.text(st.characters(max_codepoint=255), max_size=80))
def test_text_of_any_kind_is_refused(lasting: LocalIssuer, local: TokenStore, text: str) -> None:
    with pytest.raises(UnauthenticatedError):
        identify(Access(local, oidc(lasting)), text)


def test_clocks_may_differ_a_little(issuer: LocalIssuer) -> None:
    now = int(time.time())
    access = Access(issuer=oidc(issuer))
    assert identify(access, issuer.token(exp=now - 10, nbf=now + 20, iat=now + 20))


def test_a_short_key_of_the_issuer_is_refused(issuer: LocalIssuer, caplog: pytest.LogCaptureFixture) -> None:
    issuer.keys = [Key("short", bits=1024)]
    assert "malformed" in refused(Access(issuer=oidc(issuer)), issuer.token(), caplog)


def test_an_issuer_that_changes_its_key_is_followed(issuer: LocalIssuer, caplog: pytest.LogCaptureFixture) -> None:
    access = Access(issuer=oidc(issuer))
    old = issuer.token()
    assert identify(access, old)
    issuer.keys = [Key("second")]
    assert identify(access, issuer.token())
    assert "unknown key" in refused(access, old, caplog)


def test_unknown_keys_do_not_make_us_ask_the_issuer_again_and_again(
    issuer: LocalIssuer, caplog: pytest.LogCaptureFixture
) -> None:
    access = Access(issuer=oidc(issuer, again=60.0))
    assert identify(access, issuer.token())
    before = len(issuer.asked)
    for n in range(5):
        assert "unknown key" in refused(access, issuer.token(Key(f"made up {n}", "ES256")), caplog)
    assert len(issuer.asked) == before


def test_an_issuer_that_is_down_lets_nobody_in_and_is_not_asked_by_everybody(issuer: LocalIssuer) -> None:
    token = issuer.token()
    issuer.down = True
    access = Access(issuer=oidc(issuer, again=60.0))
    for _ in range(3):
        with pytest.raises(AccessUnavailableError):
            identify(access, token)
    assert issuer.asked == ["/.well-known/openid-configuration"]
    patient = Access(issuer=oidc(issuer))
    with pytest.raises(AccessUnavailableError):
        identify(patient, token)
    issuer.down = False
    assert identify(patient, token)


def test_known_keys_serve_while_the_issuer_is_down(issuer: LocalIssuer) -> None:
    access = Access(issuer=oidc(issuer))
    assert identify(access, issuer.token())
    issuer.down = True
    with pytest.raises(AccessUnavailableError):
        identify(access, issuer.token(Key("new")))
    assert identify(access, issuer.token())


def test_a_discovery_document_of_another_issuer_is_not_believed(issuer: LocalIssuer) -> None:
    issuer.named = "https://login.example"
    with pytest.raises(AccessUnavailableError):
        identify(Access(issuer=oidc(issuer)), issuer.token())


def test_without_an_issuer_its_tokens_are_refused(issuer: LocalIssuer, caplog: pytest.LogCaptureFixture) -> None:
    assert "nor is an issuer set" in refused(Access(), issuer.token(), caplog)


# -- command line ------------------------------------------------------------------------------------------------------


def test_the_command_line_makes_lists_and_revokes_tokens(tmp_path: Path) -> None:
    council = command_line(tmp_path / "home")
    made = council("token", "create", "--name", "Amina", "--scope", "record", "--expires", "90d")
    token = made.stdout.removesuffix("\n")
    assert len(token.split()) == 1
    with closing(open_tokens(None, tmp_path / "home" / "access.db")) as store:
        assert identify(Access(store), token) == Principal("Amina", frozenset({"record"}))
    listed = council("token", "list", "--json").stdout
    assert token[8:] not in listed + made.stderr
    (one,) = json.loads(listed)
    assert (one["name"], one["scopes"], one["revoked"]) == ("Amina", ["record"], None)
    council("token", "revoke", str(one["id"]))
    assert json.loads(council("token", "list", "--json").stdout)[0]["revoked"]
    wrong = council("token", "revoke", "9", check=False)
    assert (wrong.returncode, "council token list" in wrong.stderr) == (1, True)


# -- settings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"oidc_issuer": "http://login.example", "oidc_audience": "x"}, "https"),
        ({"oidc_issuer": "https://login.example"}, "audience"),
        ({"oidc_issuer": "file:///etc/passwd", "oidc_audience": "x"}, "https"),
        ({"oidc_issuer": "https://login.example", "oidc_audience": "x", "oidc_jwks": "ftp://x/keys"}, "https"),
    ],
)
def test_settings_of_an_issuer_that_cannot_be_safe_are_refused(changed: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Settings(**changed)  # type: ignore[arg-type]
