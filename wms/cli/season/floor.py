"""What a floor does besides storing: splits, sortings, crates, counts, refusals, damage, trucks that are awaited."""

import struct
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from wms import billing, dock, facility, lots, pickup, receipts, settlement
from wms.cli.season.harvest import weigh
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id, new_id

if TYPE_CHECKING:
    from wms.cli.season import Season

CRATES, WINDOW = 900, 60


def prepare(season: "Season") -> None:
    """Say before the first truck what goods may lose, how they want to be kept, and when the dock takes trucks."""
    manager, at = season.cast.staff["manager"], season.at(season.first - timedelta(days=40))
    curve = lots.SetLossCurve(new_id(at), at.on, ((1, 7), (30, 11), (120, 20), (270, 35)), "上季平均损耗")
    season.do(lambda s: lots.set_loss_curve(s, curve, by=manager, at=at))
    for variety, warmest in (("红富士", 1_500), ("维纳斯黄金", 2_000)):
        want = lots.SetVarietyTraits(new_id(at), variety, -800, warmest, emits_ethylene=True, ethylene_sensitive=True)
        season.do(lambda s, want=want: lots.set_variety_traits(s, want, by=manager, at=at))
    hours = pickup.SetDockHours(new_id(at), "1 号月台", season.today, 8 * 60, 18 * 60, WINDOW, 2)
    now = season.at(season.today, 0, 5)
    season.do(lambda s: pickup.set_dock_hours(s, hours, by=manager, at=now))


def work_the_floor(season: "Season") -> None:
    """Act on the goods nobody deals with, each in another way."""
    _sort(season)
    _split(season)
    _work(season)
    _lend_crates(season)
    _refuse(season)
    _damage(season)
    _find_residues(season)
    _count(season)
    _announce(season)
    _load_a_truck(season)


def exit_of(season: "Season", lot: lots.Lot, units: int, truck: tuple[str, str], at: Moment) -> UUID:
    """Order goods out for their owner, pay in the drawer what is due, which clears the exit; return its id."""
    staff = season.cast.staff
    order = billing.OpenExit(new_id(at), lot.id, units, billing.ExitKind.OWN, *truck)
    season.do(lambda s: billing.open_exit_order(s, order, by=staff["clerk"], at=at))
    due = season.database.read(lambda s: settlement.release_quote(s, billing.get_exit(s, order.id), at.on).total_fen)
    quote = billing.QuoteExit(new_id(at), order.id)
    season.do(lambda s: billing.quote_exit(s, quote, by=staff["clerk"], at=at))
    pay = settlement.PayRelease(new_id(at), order.id, due, "cash", f"SK{at.on:%m%d}-{order.id.hex[-5:]}")
    season.do(lambda s: settlement.pay_release(s, pay, by=staff["cashier"], at=at))
    return order.id


def drive_out(season: "Season", exit_id: UUID, grams: int, at: Moment) -> None:
    """Pick a cleared exit whole, weigh it out, and close it."""
    clerk = season.cast.staff["clerk"]
    order = season.database.read(lambda s: billing.get_exit(s, exit_id))
    season.do(lambda s: billing.record_pick(s, billing.RecordPick(new_id(at), exit_id), by=clerk, at=at))
    taken = weigh(season, lots.Purpose.OUT, grams, at, exit_id=exit_id, lot_id=order.lot_id, units=order.units)
    attach = billing.AttachWeighing(new_id(at), exit_id, taken)
    season.do(lambda s: billing.attach_weighing(s, attach, by=clerk, at=at))
    close = settlement.CloseExit(new_id(at), exit_id)
    season.do(lambda s: settlement.close_exit(s, close, by=clerk, at=at))


def picture() -> bytes:
    """Return a small drawing of a bruised apple as a PNG: what the demo has instead of a photo."""
    wide, high = 160, 120
    rows = bytearray()
    for y in range(high):
        rows.append(0)  # no filter
        for x in range(wide):
            bruise = (x - 100) ** 2 + (y - 48) ** 2 < 330
            apple = (x - 80) ** 2 + (y - 62) ** 2 < 2_500
            rows += b"\x6b\x42\x26" if bruise else bytes((176 + y // 3, 48, 42)) if apple else b"\xe9\xe4\xd8"
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(rows))),
        (b"IEND", b""),
    )  # fmt: skip
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _sort(season: "Season") -> None:
    """A lot of mixed grades becomes two, and what is thrown away."""
    clerk, at = season.cast.staff["clerk"], season.at(season.today - timedelta(days=6), 14)
    lot = season.spare(at.on)
    parts, each = (7, 4, 1), lot.entry_grams // lot.entry_units
    taken = [
        weigh(season, lots.Purpose.SORT, each * part * 993 // 1000, at, lot_id=lot.id, units=part, unit_tare_grams=0)
        for part in parts
    ]
    lines = tuple(
        lots.RegradeOutput(derived_id(lot.id, "sorted", n), grade, (taken[n],), size, lots.SizeRule.AND_ABOVE)
        for n, (grade, size) in enumerate((("一级", 80), ("二级", 75)))
    )
    ask = lots.Regrade(new_id(at), (lots.RegradeInput(lot.id, sum(parts)),), lines, (taken[2],), "客户要求分级")
    season.do(lambda s: receipts.regrade(s, ask, by=clerk, at=at))


def _split(season: "Season") -> None:
    clerk, at = season.cast.staff["clerk"], season.at(season.today - timedelta(days=4), 11)
    lot = season.spare(at.on)
    ask = lots.SplitLot(new_id(at), lot.id, derived_id(lot.id, "part"), lot.units_on_hand // 3)
    season.do(lambda s: receipts.split_lot(s, ask, by=clerk, at=at))


def _work(season: "Season") -> None:
    """Work the owner asked for, billed when the goods leave."""
    clerk, at = season.cast.staff["clerk"], season.at(season.today - timedelta(days=2), 15)
    lot = season.spare(at.on)
    for work, units in (("分级", lot.units_on_hand // 2), ("换筐", 6)):
        ask = billing.RecordWork(new_id(at), lot.id, work, units, "货主电话要求")
        season.do(lambda s, ask=ask: billing.record_work(s, ask, by=clerk, at=at))


def _lend_crates(season: "Season") -> None:
    """Crates of the store with four owners: one paid the deposit, one brought some back, two owe it."""
    staff, house, at = season.cast.staff, season.cast.parties, season.at(season.today - timedelta(days=20))
    kind = dock.AddCrateType(new_id(at), "K25", "塑料周转筐 25kg", house["CS"], 1_800, 1_500)
    season.do(lambda s: dock.add_crate_type(s, kind, by=staff["manager"], at=at))
    moves = ((None, "CS", CRATES), ("CS", "G02", 180), ("CS", "G07", 120), ("CS", "G01", 60), ("CS", "M01", 200),
             ("G02", "CS", 55))  # fmt: skip
    for giver, taker, units in moves:
        ask = dock.MoveCrates(new_id(at), kind.id, units, house[giver] if giver else None, house[taker])
        who = staff["clerk" if giver else "manager"]
        season.do(lambda s, ask=ask, who=who: dock.move_crates(s, ask, by=who, at=at))
    for owner, units in (("G02", 125), ("G01", 60)):
        paid = dock.TakeCrateDeposit(new_id(at), house[owner], units * 1_500)
        season.do(lambda s, paid=paid: dock.take_crate_deposit(s, paid, by=staff["cashier"], at=at))


def _refuse(season: "Season") -> None:
    """A truck of yesterday is sent away: too much of it was rotten."""
    clerk, at = season.cast.staff["clerk"], season.at(season.today - timedelta(days=1), 16)
    ask = lots.OpenDelivery(
        derived_id(season.place.site_id, "refused"),
        season.place.site_id,
        season.cast.parties["G08"],
        "鲁F77120",
        "司机",
    )
    season.do(lambda s: lots.open_delivery(s, ask, by=clerk, at=at))
    weigh(season, lots.Purpose.GROSS, 14_620_000, at, delivery_id=ask.id)
    refusal = dock.RefuseGoods(new_id(at), ask.id, dock.RefusalReason.DECAY, "抽检 5 筐, 腐烂 11 %")
    made = season.do(lambda s: dock.refuse_goods(s, refusal, by=clerk, at=at))
    photo = dock.AttachPhoto(new_id(at), dock.PhotoOf.REFUSAL, made.id, picture())
    season.do(lambda s: dock.attach_photo(s, photo, by=clerk, at=at))


def _damage(season: "Season") -> None:
    """Goods that froze under a fan: one claim asked for, one the insurer paid and nobody handed on yet."""
    staff, drawn = season.cast.staff, picture()
    for days, cause, note, fen in (
        (9, dock.DamageCause.FROZEN, "风机出口处果面冻伤", 1_180_000),
        (2, dock.DamageCause.CRUSHED, "叉车碰落两筐", 96_000),
    ):  # fmt: skip
        at = season.at(season.today - timedelta(days=days), 9, 30)
        report = dock.ReportDamage(new_id(at), season.spare(at.on).id, 4 if days > 5 else 2, cause, note)
        season.do(lambda s, report=report, at=at: dock.report_damage(s, report, by=staff["clerk"], at=at))
        photo = dock.AttachPhoto(new_id(at), dock.PhotoOf.DAMAGE, report.id, drawn)
        season.do(lambda s, photo=photo, at=at: dock.attach_photo(s, photo, by=staff["clerk"], at=at))
        claim = dock.FileClaim(new_id(at), report.id, fen)
        season.do(lambda s, claim=claim, at=at: dock.file_claim(s, claim, by=staff["manager"], at=at))
        if days > 5:
            later = season.at(season.today - timedelta(days=1), 11)
            paid = dock.ClaimPaid(new_id(later), claim.id, fen * 9 // 10, f"PICC-{later.ms % 10**6}")
            season.do(lambda s, paid=paid, later=later: dock.record_claim_paid(s, paid, by=staff["cashier"], at=later))


def _find_residues(season: "Season") -> None:
    """A laboratory found too much of a spray: in quarantine, and the clerk asks to let the goods go."""
    staff, at = season.cast.staff, season.at(season.today - timedelta(days=3), 15)
    lot = season.spare(at.on)
    spray = dock.RecordTreatment(new_id(at), lot.id, "多菌灵", lot.entry_on - timedelta(days=30), 20, "果农用药记录")
    season.do(lambda s: dock.record_treatment(s, spray, by=staff["clerk"], at=at))
    found = dock.RecordResidue(
        new_id(at), lot.id, "多菌灵", "烟台市食药检中心", f"SY-{at.on:%m%d}-17", at.on - timedelta(days=2), 6_200, 5_000
    )
    season.do(lambda s: dock.record_residue(s, found, by=staff["clerk"], at=at))


def _count(season: "Season") -> None:
    """One count agreed with the book, one differs and waits for other eyes."""
    staff = season.cast.staff
    for days, missing in ((5, 0), (1, 2)):
        at = season.at(season.today - timedelta(days=days), 17)
        lot = season.spare(at.on)
        ask = lots.OpenCount(new_id(at), season.place.site_id, lot_id=lot.id, note="月度抽盘")
        season.do(lambda s, ask=ask, at=at: lots.open_count(s, ask, by=staff["clerk"], at=at))
        for slot, there in _places(season, lot):
            entry = lots.EnterCount(new_id(at), ask.id, lot.id, max(there - missing, 0), slot.id)
            missing = 0  # the last two boxes are missing in one place only
            season.do(lambda s, entry=entry, at=at: lots.enter_count(s, entry, by=staff["clerk"], at=at))


def _places(season: "Season", lot: lots.Lot) -> list[tuple[facility.Slot, int]]:
    return season.database.read(lambda s: lots.places_of(s, lot.id))


def _announce(season: "Season") -> None:
    """Trucks that are awaited: one asked for, one with its space and deposit, one given up."""
    staff, at = season.cast.staff, season.at(season.today, 0, 10)
    wishes = (("G01", 40, 1), ("G05", 60, 2), ("G09", 24, 3), ("M02", 120, 0))
    for n, (owner, units, days) in enumerate(wishes):
        ask = dock.BookArrival(
            new_id(at), season.place.site_id, season.cast.parties[owner], "红富士", units, units * 360_000,
            season.today + timedelta(days=days), 9 * 60 + n * 30, 11 * 60 + n * 30, "一二级", "ra",
            f"鲁F{52017 + n * 3131}", "司机",
        )  # fmt: skip
        season.do(lambda s, ask=ask, owner=owner: dock.book_arrival(s, ask, by=season.cast.owners[owner], at=at))
        if n:
            confirm = dock.ConfirmArrival(new_id(at), ask.id, season.place.rooms[2 + n % 2])
            season.do(lambda s, confirm=confirm: dock.confirm_arrival(s, confirm, by=staff["clerk"], at=at))
        if owner == "G05":
            left = dock.TakeArrivalDeposit(new_id(at), ask.id, 200_000)
            season.do(lambda s, left=left: dock.take_arrival_deposit(s, left, by=staff["cashier"], at=at))
        if owner == "G09":
            over = dock.CancelArrival(new_id(at), ask.id, "今年产量少, 不送了")
            season.do(lambda s, over=over: dock.cancel_arrival(s, over, by=season.cast.owners["G09"], at=at))


def _load_a_truck(season: "Season") -> None:
    """Two exits of one truck this morning: a pick list half done, an appointment, and a person allowed to fetch."""
    clerk, at = season.cast.staff["clerk"], season.at(season.today, 0, 15)
    truck = ("刘志强", "鲁F60211")
    mine = [season.spare(season.today - timedelta(days=2)) for _ in range(2)]
    exits = [exit_of(season, lot, 8, truck, at) for lot in mine]
    ask = billing.OpenLoading(new_id(at), season.place.site_id, tuple(exits), "2")
    season.do(lambda s: billing.open_loading(s, ask, by=clerk, at=at))
    scan = billing.ScanUnits(new_id(at), ask.id, mine[0].code, 5)
    season.do(lambda s: billing.pick_units(s, scan, by=clerk, at=at))
    window = pickup.BookPickup(new_id(at), exits[0], "1 号月台", season.today, 14 * 60)
    season.do(lambda s: pickup.book_pickup(s, window, by=clerk, at=at))
    for owner, name, until in (("G01", "刘建国", 30), ("G04", "林小军", 3)):
        may = pickup.AuthoriseCollector(
            new_id(at), season.cast.parties[owner], name, "370686198503127716", "鲁F60211", season.today,
            season.today + timedelta(days=until), 40,
        )  # fmt: skip
        season.do(
            lambda s, may=may, owner=owner: pickup.authorise_collector(s, may, by=season.cast.owners[owner], at=at)
        )
