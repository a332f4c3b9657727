"""Loadings: a truck that gathers exits, picked and loaded by scan."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing
from wms.api.resource import Resource
from wms.delivery.identity import actor
from wms.kernel.actor import Permission
from wms.kernel.paging import Page
from wms.schemas import loadings as paper

LOADINGS = Resource("loadings", "One truck, one list: picked, weighed, scanned on board, checked, and out.")
ONE = "/loadings/<uuid:loading_id>"


@LOADINGS.page("/loadings", paper.LOADING, needs=Permission.SEE_ALL)
def list_loadings(session: Session, query: dict[str, Any]) -> Page[billing.Loading]:
    """List loadings, newest first."""
    return billing.list_loadings(session, actor(), **query)


@LOADINGS.get(ONE, paper.DETAIL, raises=(billing.get_loading,))
def get_loading(session: Session, loading_id: UUID) -> dict[str, Any]:
    """Show a loading with its pick list and how far each exit has come, in units."""
    row = billing.get_loading(session, loading_id, actor())
    found = billing.progress_of_loading(session, row.id)
    return {
        "loading": row,
        "lines": [one.line for one in billing.lines_of_loading(session, row.id)],
        "exits": [
            {"exit_id": exit_id, "units": one.units, "picked": one.picked, "weighed": one.weighed, "loaded": one.loaded}
            for exit_id, one in found.items()
        ],
    }


LOADINGS.command("/loadings", billing.open_loading, paper.OPEN_LOADING, paper.LOADING, billing.OpenLoading)
LOADINGS.command(
    f"{ONE}/exits", billing.add_to_loading, paper.ADD_TO_LOADING, paper.LOADING, billing.AddToLoading, status=200
)
LOADINGS.command(
    f"{ONE}/exits/<uuid:exit_id>/drop", billing.drop_from_loading, paper.DROP_FROM_LOADING, paper.LOADING,
    billing.DropFromLoading, status=200,
)  # fmt: skip
LOADINGS.command(f"{ONE}/picks", billing.pick_units, paper.SCAN_UNITS, paper.LOADING, billing.ScanUnits, status=200)
LOADINGS.command(f"{ONE}/loads", billing.load_units, paper.SCAN_UNITS, paper.LOADING, billing.ScanUnits, status=200)
LOADINGS.command(
    f"{ONE}/lines/<uuid:line_id>/short", billing.short_pick, paper.SHORT_PICK, paper.LOADING, billing.ShortPick,
    status=200,
)  # fmt: skip
LOADINGS.command(
    f"{ONE}/check", billing.check_loading, paper.CHECK_LOADING, paper.LOADING, billing.CheckLoading, status=200
)
LOADINGS.command(
    f"{ONE}/void", billing.void_loading, paper.VOID_LOADING, paper.LOADING, billing.VoidLoading, status=200
)
RESOURCES = (LOADINGS,)
