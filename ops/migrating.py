"""Moving an archive to another database: every byte of the log at its position, and all that is kept beside it.

What is copied is what cannot be made again: the log with its transactions, the keys of sealed names, tokens, standing
searches, citations, registered documents. Read models are built anew there. Then both sides are compared: the root of
the ledger, the content of the read models, and the answer of every citation (RDA Dynamic Data Citation, R13 and R14).

It can be stopped at any moment and run again: a transaction of the log is there whole or not at all, and what is there
is not copied twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from api import citing
from api.citing import CitingError
from api.context import Context
from ops.house import House
from ops.settings import Settings
from ops.store import POSTGRES_SCHEMES, MigrationError, open_store
from projections.ledger import checkpoint
from projections.reading import ViewsError

if TYPE_CHECKING:
    from ops.store.postgres import PostgresLog
    from ops.store.sqlite import SqliteLog

    Store = SqliteLog | PostgresLog

Step = Callable[[int], None]


@dataclass
class Moved:
    """What a move did and found."""

    events: int = 0
    """Events copied this time."""
    position: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    """What is kept beside the log → how many there are now."""
    checkpoint: str = ""
    """The root of the ledger, the same on both sides, in hexadecimal digits."""
    content: str = ""
    """The hash of the read models' content, the same on both sides."""
    citations: int = 0
    """Citations that gave the cited bytes there."""
    broken: list[str] = field(default_factory=list)
    """Citations that did not, with the reason: none may have come to be so by the move."""


def target_of(settings: Settings, where: str) -> Settings:
    """The settings of the archive that is moved to: those of this one, at another place.

    ``where``: a ``postgresql://`` URL, or a folder for SQLite files. Raises :class:`MigrationError`.
    """
    if where.startswith(POSTGRES_SCHEMES):
        if where == settings.database_url:
            raise MigrationError("this is where the archive is already")
        return settings.model_copy(update={"database_url": where})
    if "://" in where:
        raise MigrationError(f"{where.partition('://')[0]}:// is neither a folder nor a postgresql:// URL")
    home = Path(where)
    if settings.database_url is None and home.resolve() == settings.home.resolve():
        raise MigrationError("this is where the archive is already")
    return settings.model_copy(update={"database_url": None, "home": home})


def copy_log(source: Settings, target: Settings, step: Step) -> int:
    """Copy the transactions of the log that the target lacks; gives how many events were copied.

    Raises :class:`MigrationError` where the target holds something else.
    """
    here = open_store(source.database_url, source.log_path)
    there = open_store(target.database_url, target.log_path)
    try:
        copied = 0
        done = _common(here, there)
        while commits := here.select_commits(done):
            for commit in commits:
                events = here.select_raw(commit.first_position - 1, commit.last_position - commit.first_position + 1)
                events = [event for event in events if event.position <= commit.last_position]
                there.restore_commit(events, commit, there.max_position())
                copied += len(events)
                step(len(events))
            done = commits[-1].number
        return copied
    finally:
        here.close()
        there.close()


def _common(here: Store, there: Store) -> int:
    """The number of the last transaction that both logs hold. Raises MigrationError where they part before it."""
    done = 0
    while theirs := there.select_commits(done):
        ours = here.select_commits(done, len(theirs))
        if list(theirs) != list(ours):
            raise MigrationError(
                "there is another archive at that place already: its log is not the beginning of this one. "
                "Give an empty database or folder"
            )
        done = theirs[-1].number
    return done


def copy_kept(source: House, target: House) -> dict[str, int]:
    """Copy what is kept beside the log; gives how many of each there are now."""
    return {
        "keys of sealed names": source.vault.copy_to(target.vault),
        "tokens": source.tokens.copy_to(target.tokens),
        "standing searches": source.searches.copy_to(target.searches),
        "citations": source.citations.copy_to(target.citations),
        "registered documents": source.documents.copy_to(target.documents),
    }


def compare(source: House, target: House, step: Step) -> Moved:
    """Compare two archives that should be one. Raises :class:`MigrationError` where they are not."""
    moved = Moved(position=target.archive.position())
    roots = [_root(house) for house in (source, target)]
    if roots[0] != roots[1]:
        raise MigrationError(
            f"the logs differ: {roots[0]} here, {roots[1]} there. If something was recorded here meanwhile, run this "
            "again; else do not use the copy"
        )
    contents = [house.read_models.content_hash() for house in (source, target)]
    if contents[0] != contents[1]:
        raise MigrationError(
            "the read models differ though the logs do not: run `council rebuild` here, then this again"
        )
    moved.checkpoint, moved.content = roots[1][1], contents[1]
    for id, fault in _asked_again(target, step):
        if not fault:
            moved.citations += 1
        elif fault != _fault(source, id):
            moved.broken.append(f"{id}: {fault}")
    return moved


def _root(house: House) -> tuple[int, str]:
    with house.views.reader() as read:
        return read.position, checkpoint(read)[1].hex()


def _asked_again(house: House, step: Step) -> Iterator[tuple[str, str]]:
    """Every citation's id with what is wrong with its answer; empty if it gives the cited bytes."""
    for cited in house.citations.all():
        yield cited.id, _fault(house, cited.id)
        step(1)


def _fault(house: House, id: str) -> str:
    context = Context(house.archive, house.views, citations=house.citations, limits=house.settings.limits)
    cited = house.citations.find(id)
    assert cited is not None
    try:
        answered = citing.again(context, cited, cited.position)
    except (CitingError, ViewsError) as error:
        return str(error)
    return "" if answered.sha256 == cited.sha256 else f"SHA-256 {answered.sha256} instead of {cited.sha256}"
