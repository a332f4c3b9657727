"""The insight room: reports that look across rooms, and the proof that everything adds up.

Owns no table and changes nothing. Invariant: what it says is read from the other rooms at the moment of asking, and
nobody reads there what his own pages would not show him. Deliberately does not know how anything is done: it knows
only what stands.
"""

from wms.insight.errors import FamilyTooLarge, QuestionWrong, SubjectNotFound
from wms.insight.queries.tracing import trace
from wms.insight.queries.verify import Report, Vitals, verify, vitals
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

__all__ = [
    "EXIT_STATES", "PASS_STATES", "STEPS", "Arrival", "Column", "Departure", "FamilyTooLarge", "QuestionWrong",
    "Report", "Row", "Sheet", "Sight", "Stay", "Step", "SubjectNotFound", "Trace", "TracedLot", "Unit", "Value",
    "Vitals", "narrowed", "sheets_of", "steps_sheet", "trace", "verify", "vitals",
]  # fmt: skip
