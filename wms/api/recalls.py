"""Recalls and drills: a question, its answer, what is held, and the clock."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import insight
from wms.api.resource import Resource
from wms.delivery.identity import actor
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.schemas import paged
from wms.schemas import recalls as paper

RECALLS = Resource("recalls", "From one suspicion to every crate of it: where it lies, who has some, what is held.")
ASKED = ("number", "block", "room_id", "from_on", "until_on", "onward")


@RECALLS.page("/recalls", paper.RECALL, needs=Permission.SEE_ALL)
def list_recalls(session: Session, query: dict[str, Any]) -> Page[insight.RecallDrill]:
    """List recalls and drills, the newest first."""
    return insight.list_recalls(session, by=actor(), **query)


@RECALLS.get("/recalls/<uuid:recall_id>", paper.RECALL, raises=(insight.get_recall,))
def get_recall(session: Session, recall_id: UUID) -> insight.RecallDrill:
    """Show a recall with what was found when it was started."""
    return insight.get_recall(session, recall_id, by=actor())


@RECALLS.get("/recalls/<uuid:recall_id>/affected", paper.AFFECTED, raises=(insight.get_recall,))
def affected_of_recall(session: Session, recall_id: UUID) -> insight.Affected:
    """Show how everything a recall touches stands now."""
    drill = insight.get_recall(session, recall_id, by=actor())
    return insight.standing(session, [UUID(text) for text in drill.lot_ids])


@RECALLS.get("/recalls/<uuid:recall_id>/events", paged(paper.RECALL_EVENT), raises=(insight.get_recall,))
def events_of_recall(session: Session, recall_id: UUID) -> Page[insight.RecallEvent]:
    """List what was done in a recall, in order."""
    return Page(insight.events_of_recall(session, insight.get_recall(session, recall_id, by=actor()).id), None)


def _start(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> insight.RecallDrill:
    question = insight.Question(**{name: body[name] for name in ASKED})
    wanted = insight.StartRecall(body["id"], body["kind"], question, body["reason"])
    return insight.start_recall(session, wanted, by=by, at=at)


RECALLS.command("/recalls", insight.start_recall, paper.StartRecallBody, paper.RECALL, run=_start)
RECALLS.command(
    "/recalls/<uuid:recall_id>/holds", insight.hold_recalled, paper.RECALL_STEP, paper.RECALL_EVENT, insight.RecallStep
)
RECALLS.command(
    "/recalls/<uuid:recall_id>/releases", insight.lift_recalled, paper.RECALL_STEP, paper.RECALL_EVENT,
    insight.RecallStep,
)  # fmt: skip
RECALLS.command(
    "/recalls/<uuid:recall_id>/end", insight.end_recall, paper.END_RECALL, paper.RECALL_EVENT, insight.EndRecall
)
RESOURCES = (RECALLS,)
