"""Lines of CSV for spreadsheets, which reckon with whatever looks as though they should."""

import csv
import io
import re
from collections.abc import Sequence

UTF_8 = "\ufeff"  # by this mark, at the beginning, spreadsheets know it is UTF-8
_RECKONED = re.compile(r"(^|[;\t\r\n])(?=[ \t\r]*[=+\-@＝＋－＠])")


def line(cells: Sequence[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([_safe(cell) for cell in cells])
    return text.getvalue()


def _safe(cell: object) -> object:
    """A text that a spreadsheet would reckon with is written as a text (OWASP, CSV injection).

    One that expects semicolons begins a cell behind each, and a row behind each line's end.
    """
    return _RECKONED.sub(r"\1'", cell) if isinstance(cell, str) else "" if cell is None else cell
