"""What is looked at closely: limits and plans of the standards, samples for a laboratory and a buyer, a return."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from wms import billing, lots, receipts
from wms.cli.season.harvest import put_away, weigh
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id, new_id

if TYPE_CHECKING:
    from wms.cli.season import Season

GRADES, KEEPING, DRAWING = "GB/T 10651-2008", "NY/T 983-2015", "GB/T 8855-2008"
# What is measured, at least, at most, usual change in 30 days of storage, by which standard, of which grade.
LIMITS = (
    ("firmness", 6_000, None, -250, KEEPING, None),
    ("brix", 130, None, None, GRADES, None),
    ("decay", None, 20, 3, KEEPING, None),
    ("colour", 800, None, None, GRADES, "一级"),
)
CAME_BACK, TARE = 4, 6_200_000


def set_standards(season: "Season") -> None:
    """Say before the first truck what apples must keep, how many are drawn, and how a penetrometer's file is read."""
    manager, at = season.cast.staff["manager"], season.at(season.first - timedelta(days=40), 10)
    for code, least, most, change, standard, grade in LIMITS:
        limit = lots.SetLimit(new_id(at), code, at.on, standard, least, most, change, "红富士", grade)
        season.do(lambda s, limit=limit: lots.set_limit(s, limit, by=manager, at=at))
    steps = (lots.PlanStep(100, 5, 50), lots.PlanStep(300, 7, 70), lots.PlanStep(None, 15, 150))
    plan = lots.SetSamplingPlan(new_id(at), at.on, steps, DRAWING)
    season.do(lambda s: lots.set_sampling_plan(s, plan, by=manager, at=at))
    columns = (lots.MappedColumn("硬度 N", "firmness", Decimal("0.101972")), lots.MappedColumn("糖度", "brix"))
    mapping = lots.SaveMapping(new_id(at), "手持硬度计", "批次", columns, "日期", "序号")
    season.do(lambda s: lots.save_mapping(s, mapping, by=manager, at=at))


def look_closely(season: "Season") -> None:
    """Act out samples and a return of the last days."""
    _sample(season)
    _take_back(season)


def _sample(season: "Season") -> None:
    """A laboratory answered for one lot; a buyer has four apples of another and has not said yet what it thinks."""
    clerk, lab, buyer = season.cast.staff["clerk"], lots.SampleFor.LABORATORY, lots.SampleFor.BUYER
    for days, grams, whom, receiver, why, reference in (
        (6, 3_500, lab, "烟台市食药检中心", "出口前农残检测", "SY-2207"),
        (1, 1_500, buyer, "广州江南果业", "看样: 富士 80# 以上 一二级", ""),
    ):
        at = season.at(season.today - timedelta(days=days), 13, 30)
        lot = season.spare(at.on)
        weighing = weigh(season, lots.Purpose.SAMPLE, grams, at, lot_id=lot.id)
        taken = lots.TakeSample(new_id(at), lot.id, weighing, whom, receiver, why, reference, grams // 250)
        season.do(lambda s, taken=taken, at=at: lots.take_sample(s, taken, by=clerk, at=at))
        if whom is lab:
            told = season.at(season.today - timedelta(days=2), 16)
            passed = lots.SampleVerdict.PASSED
            result = lots.RecordSampleResult(
                new_id(told), taken.id, passed, f"JC-{told.on:%m%d}-031", told.on, "多菌灵未检出, 符合 GB 2763-2021"
            )
            season.do(lambda s, result=result, told=told: lots.record_sample_result(s, result, by=clerk, at=told))


def _take_back(season: "Season") -> None:
    """Some of what an owner drove out comes back, for its customer found it too pale; in quarantine until two agree."""
    clerk, at = season.cast.staff["clerk"], season.at(season.today - timedelta(days=1), 14)
    closed = (billing.ExitState.CLOSED,)
    gone = season.database.read(lambda s: billing.list_exit_orders(s, SYSTEM, states=closed, limit=200)).items
    order = next(one for one in gone if one.kind == billing.ExitKind.OWN and one.units > CAME_BACK)
    old = season.database.read(lambda s: lots.get_lot(s, order.lot_id))
    truck = lots.OpenDelivery(
        derived_id(order.id, "back"), season.place.site_id, old.owner_id, order.plate, order.collector_name, note="退货"
    )
    season.do(lambda s: lots.open_delivery(s, truck, by=clerk, at=at))
    grams = old.entry_grams * CAME_BACK // old.entry_units * 980 // 1000
    for purpose, weight in ((lots.Purpose.GROSS, TARE + grams), (lots.Purpose.TARE, TARE)):
        weigh(season, purpose, weight, at, delivery_id=truck.id)
    line = receipts.IntakeLine(
        derived_id(order.id, "returned"), old.variety, old.grade, CAME_BACK, old.size_mm, old.size_rule,
        old.colour_pattern, old.bagging, old.orchard_block, old.harvest_on, old.picking_number, old.owner_class,
        old.storage_type, old.origin, returned_exit_id=order.id, return_reason="客户嫌着色偏淡, 拒收 4 件",
    )  # fmt: skip
    _store(season, truck.id, line, at)


def _store(season: "Season", delivery_id: UUID, line: receipts.IntakeLine, at: Moment) -> None:
    room_id = season.place.rooms[-1]
    intake = receipts.CompleteIntake(new_id(at), delivery_id, (line,), room_id)
    clerk = season.cast.staff["clerk"]
    season.do(lambda s: receipts.complete_intake(s, intake, by=clerk, at=at))
    season.do(lambda s: put_away(s, season, line.lot_id, room_id, line.units, at))
