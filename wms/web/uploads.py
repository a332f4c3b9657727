"""Spreadsheets sent to a page: read once, kept as text in the form between the dry run and the doing."""

from flask import request

from wms import documents


def sheet_text(kept: str = "sheet", file: str = "file") -> str:
    """Return a sheet as tabbed text: of the file, or as the dry run kept it. Raises SheetUnreadable."""
    text = request.form.get(kept, "")
    if text:
        return text
    sent = request.files.get(file)
    rows = documents.read_sheet(b"" if sent is None else sent.read(documents.MOST_BYTES + 1))
    return "\n".join("\t".join(cell.replace("\t", " ").replace('"', "") for cell in row) for row in rows)
