"""Imports beside the load: ``python -m ops.bench.soak.writer FOLDER SECONDS`` imports letters and meetings for ever.

They come as somebody's own tables do, through the same door: a folder of CSV files, read, matched and recorded. The
archive is the one of the settings; what it writes is invented, so it is only for an archive that is thrown away.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from ops.house import House
from ops.importing import run
from ops.settings import Settings

LETTERS = 20
"""New letters in each import, beside one meeting."""
FIRST = date(2031, 1, 1)


def write(folder: Path, turn: int) -> Path:
    """The tables of one import; gives their folder."""
    day = FIRST + timedelta(days=turn % 300)
    numbers = range(turn * LETTERS + 1, (turn + 1) * LETTERS + 1)
    symbols = [f"S/{day.year}/{number}" for number in numbers]
    letters = [
        {"id": symbol, "source": "soak", "symbol": symbol, "type": "letter", "date": day, "title": f"Letter {symbol}"}
        for symbol in symbols
    ]
    symbol = f"S/PV.{20_000 + turn}"
    meeting = {
        "id": symbol,
        "source": "soak",
        "symbol": symbol,
        "number": 20_000 + turn,
        "date": day,
        "mode": "meeting",
    }
    meeting |= {"topics": json.dumps(["The situation in the soak"])}
    for name, rows in (("documents", letters), ("meetings", [meeting])):
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, rows[0])
            table.writeheader()
            table.writerows(rows)
    resources = [{"name": name, "path": f"{name}.csv"} for name in ("documents", "meetings")]
    (folder / "datapackage.json").write_text(json.dumps({"name": "soak", "resources": resources}))
    return folder


def main(folder: Path, pause: float) -> None:
    """Import again and again, with so many seconds between; prints a line for each import that was not complete."""
    house = House(Settings())
    for turn in count():
        report = run(house.archive, "record", write(folder, turn), "soak")
        if not report.complete or report.opened != LETTERS + 1:
            print(json.dumps(report.as_dict()), flush=True)
        time.sleep(pause)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
