"""A lot of three generations, partly sold: what the tests of traces, recalls and exports look at."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from tests.settlement.make import CLERK, Season, moment, season
from wms import lots, receipts
from wms.kernel.database import Database

SOLD_ON = "2026-12-01"
SOLD_UNITS, SOLD_GRAMS = 300, 5_940_000


@dataclass(slots=True)
class Family:
    """1,000 crates, of which 200 were split off, of which 50 were split off again; 300 of the first were sold."""

    case: Season
    root: lots.Lot
    child: lots.Lot
    grandchild: lots.Lot
    exit_id: UUID | None = None

    def split(self, lot_id: UUID, units: int, day: str) -> lots.Lot:
        new_id = uuid4()

        def work(session):
            receipt = receipts.receipt_of_lot(session, lot_id)
            part = receipts.SplitReceipt(uuid4(), receipt.id, new_id, units)
            receipts.split_receipt(session, part, by=CLERK, at=moment(day))
            return lots.get_lot(session, new_id)

        return self.case.do(work)

    def lot(self, lot_id: UUID) -> lots.Lot:
        return self.case.database.read(lambda session: lots.get_lot(session, lot_id))


def family(database: Database, *, sold: bool = True) -> Family:
    case = season(database, advanced=False)
    case.breathe("2026-10-23")
    root = database.read(lambda session: lots.get_lot(session, case.lot_id))
    made = Family(case, root, root, root)
    made.child = made.split(root.id, 200, "2026-10-25")
    made.grandchild = made.split(made.child.id, 50, "2026-10-26")
    if sold:
        made.exit_id = case.weighed_sale(SOLD_ON, SOLD_UNITS, SOLD_GRAMS)
        case.close(made.exit_id, SOLD_ON)
    return made
