"""HTML tables as they are really written."""

from __future__ import annotations

from pathlib import Path

from ops.sources.tables import rows


def _read(tmp_path: Path, page: str) -> list[list[str]]:
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    return [[cell.text for cell in row.cells] for row in rows(tmp_path / "page.html")]


def test_a_closed_break_breaks_the_line_and_a_line_end_of_the_page_does_not(tmp_path: Path) -> None:
    page = "<table><tr><td>China</br>Russian\n Federation</td><td>a<br/>b<p>c</p>d</td></tr></table>"
    assert _read(tmp_path, page) == [["China\nRussian Federation", "a\nbc\nd"]]


def test_cells_reach_down_and_across(tmp_path: Path) -> None:
    page = (
        "<table><tr><td rowspan=3>1</td><td>2</td><td rowspan='2'>3</td></tr><tr><td>4</td></tr>"
        "<tr><td colspan=2>5</td></tr><tr><td>6</td></tr></table>"
    )
    assert _read(tmp_path, page) == [["1", "2", "3"], ["1", "4", "3"], ["1", "5", "5"], ["6"]]


def test_lines_are_those_of_the_file_behind_comments_and_rows_without_their_tag(tmp_path: Path) -> None:
    page = "<html>\n<table>\n<!-- a\ncomment -->\n<tr><td>1</td></tr>\n<td>2</td></tr>\n</table></html>"
    (tmp_path / "page.html").write_text(page)
    assert [(row.line, row.cells[0].text) for row in rows(tmp_path / "page.html")] == [(5, "1"), (6, "2")]
