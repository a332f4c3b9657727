"""Counts, losses in store, and what the store owes for them."""

from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import lots, receipts
from wms.api.once import once
from wms.api.resource import Resource, query_of
from wms.delivery.identity import actor
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.schemas import paged, stocktake
from wms.schemas.fields import Day

COUNTS = Resource("counts", "Counts: blind, counted again, explained, reviewed and approved by different people.")
LOSSES = Resource("losses", "Weight lost in store, the curves that allow it, and what the store owes beyond them.")
SEE = Permission.COUNT_STOCK


@COUNTS.page("/counts", stocktake.COUNT, query=query_of("CountsQuery", under_way=fields.Boolean()), needs=SEE)
def list_counts(session: Session, query: dict[str, Any]) -> Page[lots.StockCount]:
    """List counts, newest first."""
    return lots.list_counts(session, **query)


@COUNTS.get("/counts/<uuid:count_id>", stocktake.COUNT, needs=SEE, raises=(lots.get_count,))
def get_count(session: Session, count_id: UUID) -> lots.StockCount:
    """Show one count."""
    return lots.get_count(session, count_id)


@COUNTS.get("/counts/<uuid:count_id>/lines", paged(stocktake.COUNT_ROW), needs=SEE, raises=(lots.get_count,))
def lines_of_count(session: Session, count_id: UUID) -> Page[lots.CountRow]:
    """List what is to be counted; figures appear only when nobody counts any more."""
    return Page(lots.count_rows(session, lots.get_count(session, count_id)), None)


def _void(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> lots.StockCount:
    return lots.void_count(session, body["count_id"], body["reason"], by=by, at=at)


COUNTS.command("/counts", lots.open_count, stocktake.OPEN_COUNT, stocktake.COUNT, lots.OpenCount)
COUNTS.command(
    "/counts/<uuid:count_id>/entries", lots.enter_count, stocktake.ENTER_COUNT, stocktake.COUNT, lots.EnterCount
)
COUNTS.command(
    "/counts/<uuid:count_id>/findings", lots.explain_count, stocktake.EXPLAIN_COUNT, stocktake.COUNT_FINDING,
    lots.ExplainCount,
)  # fmt: skip
COUNTS.command(
    "/counts/<uuid:count_id>/review", lots.review_count, stocktake.REVIEW_COUNT, stocktake.COUNT, lots.JudgeCount,
    status=200,
)  # fmt: skip
COUNTS.command(
    "/counts/<uuid:count_id>/approval", receipts.approve_count, stocktake.APPROVE_COUNT, stocktake.COUNT,
    lots.JudgeCount, status=200, also=(lots.approve_count,),
)  # fmt: skip
COUNTS.command(
    "/counts/<uuid:count_id>/void", lots.void_count, stocktake.VoidCountBody, stocktake.COUNT, status=200,
    run=once("void_count", _void),
)  # fmt: skip

SHRINK_QUERY = query_of("ShrinkQuery", from_on=Day(), until_on=Day())
STATES = query_of("LiabilitiesQuery", state=fields.Enum(receipts.LiabilityState, by_value=fields.String))


@LOSSES.get("/loss-curves", paged(stocktake.LOSS_CURVE), needs=Permission.SEE_ALL)
def list_loss_curves(session: Session) -> Page[lots.LossCurve]:
    """List the loss curves, newest first."""
    return Page(lots.list_loss_curves(session), None)


@LOSSES.page("/losses", stocktake.SHRINK, query=SHRINK_QUERY, needs=Permission.SEE_ALL)
def list_losses(session: Session, query: dict[str, Any]) -> Page[lots.Shrink]:
    """List what was lost at exits and in counts, newest first."""
    return lots.list_shrink(session, **query)


@LOSSES.get("/lots/<uuid:lot_id>/losses", paged(stocktake.SHRINK), raises=(lots.get_visible_lot,))
def losses_of_lot(session: Session, lot_id: UUID) -> Page[lots.Shrink]:
    """List what was lost of one lot, in order."""
    return Page(lots.shrink_of_lot(session, lots.get_visible_lot(session, lot_id, actor()).id), None)


@LOSSES.page("/shrink-liabilities", stocktake.LIABILITY, query=STATES)
def list_liabilities(session: Session, query: dict[str, Any]) -> Page[receipts.ShrinkLiability]:
    """List what the store owes for losses beyond the standard, as far as one may see it, newest first."""
    return receipts.list_liabilities(session, actor(), **query)


LOSSES.command("/loss-curves", lots.set_loss_curve, stocktake.SET_LOSS_CURVE, stocktake.LOSS_CURVE, lots.SetLossCurve)
LOSSES.command(
    "/shrink-liabilities/<uuid:liability_id>/decision", receipts.decide_liability, stocktake.DECIDE_LIABILITY,
    stocktake.LIABILITY, receipts.DecideLiability, status=200,
)  # fmt: skip
RESOURCES = (COUNTS, LOSSES)
