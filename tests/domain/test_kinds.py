"""What every kind says of itself, walked through the register: a new kind is held to it as soon as it stands there."""

from __future__ import annotations

import msgspec
import pytest

from domain.facts import Claims
from domain.identity import contradicts, series_of, told_by
from domain.kinds import KINDS

PUBLISHED = [kind for kind in KINDS.values() if kind.published]
every_kind = pytest.mark.parametrize("kind", PUBLISHED, ids=lambda kind: kind.kind)


@every_kind
def test_a_kind_speaks_of_fields_it_has(kind: type[Claims]) -> None:
    spoken = {
        *(*kind.compared, *kind.required, *kind.cited, *kind.words, *kind.personal),
        *(kind.dated if "dated" in vars(kind) else ()),
        *(*kind.refers_to, *kind.days, *kind.ahead, *kind.long_texts, *kind.states),
        *(*kind.named_by, *kind.binding, *([kind.numbered_in] if kind.numbered_in else [])),
        *(("date", "meeting") if kind.in_a_sitting else ()),
    }
    assert spoken - set(kind.__struct_fields__) == set()


@every_kind
def test_a_day_settled_ahead_is_a_day(kind: type[Claims]) -> None:
    assert set(kind.ahead) <= {*kind.dated, *kind.days, "first", "last"}


@every_kind
def test_each_step_is_a_verb_of_its_kind_told_by_fields_of_its_own(kind: type[Claims]) -> None:
    told = [field for fields in kind.steps.values() for field in fields]
    assert set(kind.steps) <= set(kind.verbs)
    assert set(kind.verbs[1:]) <= set(kind.steps)
    assert set(told) <= set(kind.__struct_fields__) - set(kind.required)
    assert len(set(told)) == len(told)


@every_kind
def test_a_reference_is_to_published_kinds(kind: type[Claims]) -> None:
    meant = {other for others in kind.refers_to.values() for other in others}
    assert meant <= {other.kind for other in PUBLISHED}


@every_kind
def test_the_example_of_a_kind_keeps_its_rules(kind: type[Claims]) -> None:
    msgspec.convert(dict(kind.example.fields), kind).vet()


@every_kind
def test_a_record_is_named_by_its_fields_or_the_clerk_is_told_what_to_give(kind: type[Claims]) -> None:
    fields = kind.example.fields
    if kind.numbered_in:
        assert kind.numbered_in in kind.required
        assert series_of(kind, fields) == f"{kind.kind}:{fields[kind.numbered_in]}#"
        return
    own = told_by(kind, fields)
    assert own.startswith(f"{kind.kind}:") or (kind.how_named and kind.example.id.startswith(f"{kind.kind}:"))
    alone = told_by(kind, {name: fields[name] for name in kind.named_by})
    assert alone == "" or alone.startswith(f"{kind.kind}:")


@every_kind
def test_another_id_is_a_mistake_where_the_fields_bind(kind: type[Claims]) -> None:
    fields = kind.example.fields
    own = told_by(kind, fields) or kind.example.id or f"{series_of(kind, fields)}1"
    assert contradicts(kind, own, fields) == ""
    assert bool(contradicts(kind, f"{own} (another)", fields)) == bool(kind.binding or kind.numbered_in)
