"""What is asked of the workers: a report as a file. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from wms.insight.rules.reports import GroupBy, ReportKind, ReportRequest

MAKE_FILE = "insight.make_file"  # the outbox's topic


class FileForm(StrEnum):
    """How a file is written."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class AskFile:
    """A report as a file, its heads in a language; `id` becomes the file's."""

    id: UUID
    wanted: ReportRequest
    form: FileForm
    language: str


def kept_request(kept: dict[str, Any]) -> ReportRequest:
    """Return a report's request as it was kept."""
    from_on, until_on = kept["from_on"], kept["until_on"]
    return ReportRequest(
        ReportKind(kept["kind"]),
        GroupBy(kept["group"]),
        date.fromisoformat(from_on) if from_on else None,
        date.fromisoformat(until_on) if until_on else None,
    )
