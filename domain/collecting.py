"""Long work without Python's collector of cycles, on whichever floor it is done."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """An import, or the building of an index, makes many objects that live to its end and no cycles: walking them again
    and again takes a tenth to a quarter of the time and finds nothing."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
