"""The insight room: reports that look across rooms, and the proof that everything adds up.

Owns the tables `recall_drills`, `recall_events`, `report_files`, `report_pieces`, `seasons`, `season_events` and
`season_carries`. Invariant: what it says is read from the other rooms at the moment of asking, each gram of a recall is
named, and nobody reads here what his own pages would not show him. Deliberately does not know how anything is done: it
knows only what stands.
"""

from wms.insight.actions.files import add_piece, ask_file, begin_file, finish_file
from wms.insight.actions.recall import end_recall, hold_recalled, lift_recalled, start_recall
from wms.insight.actions.seasons import archive_season, close_season, open_season
from wms.insight.errors import (
    FamilyTooLarge,
    FileBusy,
    FileNotFound,
    NothingSuspected,
    QuestionWrong,
    RecallEnded,
    RecallNotFound,
    SeasonNeedsNext,
    SeasonNotFound,
    SeasonNotOver,
    SeasonOverlaps,
    SeasonSamePerson,
    SeasonStateWrong,
    SeasonStillMoving,
    SubjectNotFound,
)
from wms.insight.queries.epcis_faults import epcis_faults
from wms.insight.queries.files import files_of, get_file, pieces_of
from wms.insight.queries.recall import (
    affected,
    end_of_recall,
    events_of_recall,
    get_recall,
    list_recalls,
    question_of,
    standing,
)
from wms.insight.queries.reports import count_rows, report
from wms.insight.queries.seasons import (
    carries_sheet,
    check_season,
    get_season,
    list_carries,
    list_seasons,
    season_events,
)
from wms.insight.queries.serving import Serving, serving
from wms.insight.queries.tracing import crates_of, site_of, trace
from wms.insight.queries.verify import Report, Vitals, check_room, rooms_checked, sums, verify, vitals
from wms.insight.rules.epcis import Crate, Keys, epcis_document
from wms.insight.rules.files import MAKE_FILE, AskFile, FileForm, kept_request
from wms.insight.rules.kde import kde_sheet
from wms.insight.rules.recall import (
    Affected,
    AffectedLot,
    Balance,
    EndRecall,
    FoundAt,
    Question,
    RecallEventKind,
    RecallKind,
    RecallStep,
    StartRecall,
    recall_sheets,
)
from wms.insight.rules.reports import DATED, GROUPS, LONG_ROWS, REPORTS, GroupBy, ReportKind, ReportRequest
from wms.insight.rules.seasons import OpenSeason, SeasonCheck, SeasonStep
from wms.insight.rules.sheets import Column, Row, Sheet, Unit, Value, narrowed
from wms.insight.rules.trace import (
    EXIT_STATES,
    PASS_STATES,
    STEPS,
    Arrival,
    Departure,
    Sight,
    Stay,
    Step,
    Trace,
    TracedLot,
)
from wms.insight.rules.trace_sheets import sheets_of, steps_sheet
from wms.insight.tables import RecallDrill, RecallEvent, ReportFile, Season, SeasonCarry, SeasonEvent

__all__ = [
    "DATED", "EXIT_STATES", "GROUPS", "LONG_ROWS", "MAKE_FILE", "PASS_STATES", "REPORTS", "STEPS", "Affected",
    "AffectedLot", "Arrival", "AskFile", "Balance", "Column", "Crate", "Departure", "EndRecall", "FamilyTooLarge",
    "FileBusy", "FileForm", "FileNotFound", "FoundAt", "GroupBy", "Keys", "NothingSuspected", "OpenSeason",
    "Question", "QuestionWrong", "RecallDrill", "RecallEnded", "RecallEvent", "RecallEventKind", "RecallKind",
    "RecallNotFound", "RecallStep", "Report", "ReportFile", "ReportKind", "ReportRequest", "Row", "Season",
    "SeasonCarry", "SeasonCheck", "SeasonEvent", "SeasonNeedsNext", "SeasonNotFound", "SeasonNotOver",
    "SeasonOverlaps", "SeasonSamePerson", "SeasonStateWrong", "SeasonStep", "SeasonStillMoving", "Serving", "Sheet",
    "Sight", "StartRecall", "Stay", "Step", "SubjectNotFound", "Trace", "TracedLot", "Unit", "Value", "Vitals",
    "add_piece", "affected", "archive_season", "ask_file", "begin_file", "carries_sheet", "check_room",
    "check_season", "close_season", "count_rows", "crates_of", "end_of_recall", "end_recall", "epcis_document",
    "epcis_faults", "events_of_recall", "files_of", "finish_file", "get_file", "get_recall", "get_season",
    "hold_recalled", "kde_sheet", "kept_request", "lift_recalled", "list_carries", "list_recalls", "list_seasons",
    "narrowed", "open_season", "pieces_of", "question_of", "recall_sheets", "report", "rooms_checked",
    "season_events", "serving", "sheets_of", "site_of", "standing", "start_recall", "steps_sheet", "sums", "trace",
    "verify", "vitals",
]  # fmt: skip
