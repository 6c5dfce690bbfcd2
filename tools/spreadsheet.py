# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tables as files, written row by row: pure functions, no ORM."""

import csv
import io
import tempfile

import xlsxwriter

CHUNK = 64 * 1024
CSV_ROWS = 500
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
MAX_CELL = 32_767


def neutralise(value):
    """Return a value that no spreadsheet takes for a formula.

    >>> neutralise("=HYPERLINK(1)"), neutralise("-2+3"), neutralise("No WiFi")
    ("'=HYPERLINK(1)", "'-2+3", 'No WiFi')
    >>> neutralise("  @SUM(1)"), neutralise(-2), neutralise(None)
    ("'  @SUM(1)", -2, '')
    """
    if not isinstance(value, str):
        return "" if value is None or value is False else value
    if value.startswith(FORMULA_STARTS) or value.lstrip().startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def csv_chunks(rows, separator, date_format):
    """Yield the bytes of a CSV file with a byte order mark, some rows at a time.

    :param rows: iterable of lists: texts, numbers and local datetimes
    :param str separator: between the columns
    :param str date_format: of ``strftime``

    >>> b"".join(csv_chunks([["Ref.", "A;B"], [1, "=1"]], ";", "%d")).decode()
    '\\ufeffRef.;"A;B"\\r\\n1;\\'=1\\r\\n'
    """
    buffer = io.StringIO()
    buffer.write(BOM)
    writer = csv.writer(buffer, delimiter=separator)
    for number, row in enumerate(rows, 1):
        writer.writerow(
            value.strftime(date_format)
            if hasattr(value, "strftime")
            else neutralise(value)
            for value in row
        )
        if not number % CSV_ROWS:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def xlsx_chunks(sheets, date_format):
    """Yield the bytes of a workbook that was written to disk, not to memory.

    Texts are texts: none becomes a formula or a link.

    :param sheets: pairs of a name and an iterable of rows; the first row is the head
    :param str date_format: as spreadsheets write it, such as ``dd/mm/yyyy hh:mm``
    """
    with tempfile.TemporaryFile() as file:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": date_format,
        }
        with xlsxwriter.Workbook(file, options) as book:
            head = book.add_format({"bold": True, "bottom": 1})
            for name, rows in sheets:
                write_sheet(book.add_worksheet(name), rows, head)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def write_sheet(sheet, rows, head):
    """Write rows below a head that stays in sight."""
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, 30, 18)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                style = None if number else head
                sheet.write_string(number, column, value[:MAX_CELL], style)
            elif value is not None and value is not False:
                sheet.write(number, column, value)
