"""Paper that is printed: the first copy needs no reason, every other one does."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

WAIT_STUCK = 3  # attempts after which a job is called stuck


class PaperKind(StrEnum):
    """What is printed."""

    LABELS = "labels"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class PrintPaper:
    """A paper is printed: as a file (`printer` empty) or by a printer, which gets `content` as it stands."""

    id: UUID
    kind: PaperKind
    subject_id: UUID
    title: str
    reason: str = ""
    printer: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A print on its way to a printer, as the queue shows it."""

    id: UUID
    printer: str
    title: str
    copy_no: int
    printed_at: datetime
    attempts: int
    due_at: datetime | None
    done_at: datetime | None
    problem: str

    @property
    def state(self) -> str:
        """`sent`, `cancelled`, `stuck` after some attempts, else `waiting`."""
        if self.done_at is not None:
            return "sent"
        if self.due_at is None:
            return "cancelled"
        return "stuck" if self.attempts >= WAIT_STUCK and self.problem else "waiting"
