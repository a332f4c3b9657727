"""What an office does: credit and reminders, bank and drawer, titles, recalls, and what nobody can place."""

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from devices.messages import Measurements, Row, encode, make_topic
from wms import billing, dunning, facility, insight, ledger, lots, parties, settlement, telemetry, trading, treasury
from wms.cli.season.cast import BUYERS
from wms.cli.season.floor import drive_out
from wms.cli.season.place import GATEWAY
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment
from wms.kernel.ids import new_id

if TYPE_CHECKING:
    from wms.cli.season import Season

LADDER = (
    (1, 7, dunning.Channel.SMS, "{party}您好: 账单 {number} 尚欠 {yuan} 元, 已 {days} 天, 请安排付款。",
     "{party}: {yuan} yuan of invoice {number} are open for {days} days. Please arrange payment."),
    (2, 21, dunning.Channel.SMS, "{party}: 账单 {number} 欠款 {yuan} 元已 {days} 天, 请在三日内付清。",
     "{party}: {yuan} yuan of invoice {number} are open for {days} days. Please pay within three days."),
    (3, 45, dunning.Channel.LETTER, "{party}: 账单 {number} 欠款 {yuan} 元已 {days} 天, 限期付清, 否则依合同留置货物。",
     "{party}: {yuan} yuan of invoice {number} are open for {days} days. Goods will be retained by the contract."),
)  # fmt: skip
ACCOUNT, BEGAN_FEN, REFUND_FEN = "6217000010001234567", 86_420_000, 200_000


def keep_the_office(season: "Season") -> None:
    """Act out a few weeks of an office, the oldest first."""
    _leave_on_credit(season)
    _transfer_title(season)
    _pay_owners(season)
    _count_the_drawer(season)
    _import_statement(season)
    _recall(season)
    _look_back(season)
    _hear_strangers(season)


def agree_terms(season: "Season") -> None:
    """Credit, the ladder of reminders, periods for goods nobody fetches, costs: set before the season."""
    staff, at = season.cast.staff, season.at(season.first - timedelta(days=20))
    for level, days, channel, zh, en in LADDER:
        ask = dunning.SetLevel(new_id(at), level, at.on, days, channel, zh, en)
        season.do(lambda s, ask=ask: dunning.set_level(s, ask, by=staff["cashier"], at=at))
    terms = dunning.SetTerms(new_id(at), at.on, 7, 15, 10, "仓储合同第九条: 易腐货物")
    season.do(lambda s: dunning.set_terms(s, terms, by=staff["cashier"], at=at))
    kinds, per = facility.CostKind, facility.CostPer
    ends = at.on + timedelta(days=240)
    for kind, how, yuan, until, source in (
        (kinds.ENERGY, per.TONNE_DAY, "0.62", None, "上年电表"),
        (kinds.LABOUR, per.TONNE_IN, "18.50", None, "装卸队合同"),
        (kinds.DEPRECIATION, per.SEASON, "286000", ends, "资产台账"),
    ):  # fmt: skip
        cost = facility.SetSiteCostRequest(
            new_id(at), season.place.site_id, kind, how, int(Decimal(yuan) * 1_000_000), at.on, source, until
        )
        season.do(lambda s, cost=cost: facility.set_site_cost(s, cost, by=staff["manager"], at=at))


def _leave_on_credit(season: "Season") -> None:
    """An owner takes goods before paying, three times; one is paid in part, two are disputed, all are reminded of."""
    staff = season.cast.staff
    lot, at = season.spare(season.today - timedelta(days=25), "M01"), season.at(season.first - timedelta(days=20))
    limit = billing.SetCreditLimit(new_id(at), lot.owner_id, 5_000_000, at.on)
    season.do(lambda s: billing.set_credit_limit(s, limit, by=staff["credit"], at=at))
    made = [_credit_exit(season, lot, days) for days in (24, 12, 9)]
    later = season.at(season.today - timedelta(days=4), 15)
    paid = billing.ReceivePayment(
        new_id(later), lot.owner_id, 8_000, billing.PaymentMethod.BANK, f"HK{later.on:%m%d}-1",
        (billing.Allocation(made[0], 8_000),),
    )  # fmt: skip
    for days in range(16, 0, -1):
        at = season.at(season.today - timedelta(days=days), 8)
        season.do(lambda s, at=at: dunning.run_ladder(s, by=SYSTEM, at=at))
    season.do(lambda s: billing.receive_payment(s, paid, by=staff["cashier"], at=later))
    _dispute(season, lot, made[1:], later)
    first = season.database.read(lambda s: dunning.notices_of_invoice(s, made[0]))[0]
    proof = dunning.RecordProof(new_id(later), first.id, dunning.ProofKind.SMS_RECEIPT, "短信回执 DELIVRD", later.on)
    season.do(lambda s: dunning.record_proof(s, proof, by=staff["cashier"], at=later))


def _dispute(season: "Season", lot: lots.Lot, invoices: list[UUID], at: Moment) -> None:
    """The owner says that two invoices are wrong: one was, and a credit note says so; the other is looked into."""
    staff = season.cast.staff
    owner = next(actor for actor in season.cast.owners.values() if actor.party_id == lot.owner_id)
    handling, weight = dunning.DisputedLine.HANDLING, dunning.DisputedLine.STORAGE
    for ask in (
        dunning.DisputeInvoice(new_id(at), invoices[0], "自带装卸工, 未用库方叉车", handling, dunning.Ground.WORK),
        dunning.DisputeInvoice(new_id(at), invoices[1], "过磅重量与我方不符", weight, dunning.Ground.WEIGHT),
    ):
        season.do(lambda s, ask=ask: dunning.dispute_invoice(s, ask, by=owner, at=at))
    right = dunning.UpholdDispute(new_id(at), invoices[0], "核对派工单: 当日未派叉车", 0, 200)
    season.do(lambda s: dunning.uphold_dispute(s, right, by=staff["cashier"], at=at, approver=staff["approver"]))


def _credit_exit(season: "Season", lot: lots.Lot, days: int) -> UUID:
    """Goods leave on credit, some days ago; return the invoice."""
    staff, at = season.cast.staff, season.at(season.today - timedelta(days=days), 10)
    order = billing.OpenExit(new_id(at), lot.id, 6, billing.ExitKind.OWN, "赵师傅", "鲁F88106")
    season.do(lambda s: billing.open_exit_order(s, order, by=staff["clerk"], at=at))
    quote = billing.QuoteExit(new_id(at), order.id)
    season.do(lambda s: billing.quote_exit(s, quote, by=staff["clerk"], at=at))
    due = season.database.read(lambda s: billing.due_of_exit(s, order.id, at.on)).total_fen
    ask = billing.RequestCredit(new_id(at), order.id, due, "季末一并结算")
    season.do(lambda s: billing.request_credit(s, ask, by=staff["clerk"], at=at))
    season.do(lambda s: billing.approve_credit(s, billing.ApproveCredit(new_id(at), ask.id), by=staff["credit"], at=at))
    clear = billing.ClearExit(new_id(at), order.id, billing.ClearBasis.CREDIT)
    season.do(lambda s: billing.clear_exit(s, clear, by=staff["clerk"], at=at))
    drive_out(season, order.id, lot.entry_grams * 6 // lot.entry_units * 990 // 1000, at)
    return season.database.read(lambda s: billing.invoices_of(s, order.id))[0].id


def _transfer_title(season: "Season") -> None:
    """Goods change their owner where they lie."""
    staff, at = season.cast.staff, season.at(season.today - timedelta(days=7), 10)
    lot = season.spare(at.on)
    order = billing.OpenExit(
        new_id(at),
        lot.id,
        lot.units_on_hand // 2,
        billing.ExitKind.TRANSFER,
        "",
        "",
        buyer_id=season.cast.parties["M02"],
    )
    season.do(lambda s: billing.open_exit_order(s, order, by=staff["clerk"], at=at))
    due = season.database.read(lambda s: settlement.release_quote(s, billing.get_exit(s, order.id), at.on)).total_fen
    pay = settlement.PayRelease(new_id(at), order.id, due, "bank", f"HK{at.on:%m%d}-2")
    season.do(lambda s: settlement.pay_release(s, pay, by=staff["cashier"], at=at))
    move = settlement.TransferTitle(new_id(at), order.id)
    season.do(lambda s: settlement.transfer_title(s, move, by=staff["clerk"], at=at))


def _pay_owners(season: "Season") -> None:
    """Owners get their money: the bank gave one payout back, a file of transfers waits for a second person."""
    staff, at = season.cast.staff, season.at(season.today - timedelta(days=2), 16)
    made: list[settlement.PayOut] = []
    for n, owner in enumerate(season.cast.owners):
        party = season.cast.parties[owner]
        owed = _owed(season, f"L:GrowerPayable:{owner}")
        if owed < 1_000_00 or len(made) == 4:
            continue
        ask = settlement.PayOut(new_id(at), party, owed * 4 // 5 // 10_000 * 10_000, f"FK{at.on:%m%d}-{n}")
        season.do(lambda s, ask=ask: settlement.pay_out(s, ask, by=staff["cashier"], at=at))
        made.append(ask)
    back = treasury.ReturnPayout(new_id(at), made[0].id, f"TH{at.on:%m%d}-1", "收款账号与户名不符")
    now = season.at(season.today - timedelta(days=1), 10)
    season.do(lambda s: treasury.return_payout(s, back, by=staff["cashier"], at=now))
    _refund(season, now)
    waiting = season.database.read(lambda s: [row.source_id for row in treasury.waiting_transfers(s)])
    wanted = treasury.PrepareTransfers(new_id(now), treasury.FileKind.CSV, "烟台冷库", ACCOUNT, tuple(waiting[:-1]))
    season.do(lambda s: treasury.prepare_transfers(s, wanted, by=staff["cashier"], at=now))


def _owed(season: "Season", account: str) -> int:
    return season.database.read(lambda s: -ledger.balance(s, account))


def _refund(season: "Season", at: Moment) -> None:
    """A buyer gets money of its wallet back, to an account that two people wrote down weeks ago."""
    staff, then = season.cast.staff, season.at(season.first - timedelta(days=20))
    code = next(code for code in season.cast.buyers if _owed(season, f"L:BuyerWallet:{code}") >= REFUND_FEN)
    party = season.cast.parties[code]
    payee = parties.BankPayee(dict(BUYERS)[code], "中国银行", "6013820800000000001")
    ask = parties.ProposePayeeRequest(new_id(then), party, payee)
    season.do(lambda s: parties.propose_payee(s, ask, by=staff["admin"], at=then))
    agree = parties.PayeeDecisionRequest(new_id(then), ask.id)
    season.do(lambda s: parties.approve_payee(s, agree, by=staff["approver"], at=then))
    give = treasury.RefundWallet(new_id(at), party, REFUND_FEN, f"TK{at.on:%m%d}-1")
    season.do(lambda s: treasury.refund_wallet(s, give, by=staff["cashier"], at=at))


def _count_the_drawer(season: "Season") -> None:
    """The drawer is counted as the shift begins and ends; ten yuan are missing once; cash goes to the bank."""
    staff = season.cast.staff
    for days, opens, short in ((1, True, 0), (1, False, 10), (0, True, 0)):
        at = (
            season.at(season.today - timedelta(days=days), 8 if opens else 18)
            if days
            else season.at(season.today, 0, 45)
        )
        there = season.database.read(treasury.drawer_balance)
        if not opens and there >= 500_000:
            slip = treasury.BankCash(new_id(at), there // 100_000 * 100_000, f"JK{at.on:%m%d}")
            season.do(lambda s, slip=slip, at=at: treasury.bank_cash(s, slip, by=staff["cashier"], at=at))
            there = season.database.read(treasury.drawer_balance)
        reason = "找零差错" if short and there >= short * 100 else ""
        count = treasury.CountDrawer(new_id(at), opens, _pieces(there - (short * 100 if reason else 0)), reason)
        season.do(lambda s, count=count, at=at: treasury.count_drawer(s, count, by=staff["cashier"], at=at,
                                                                      witness=staff["approver"]))  # fmt: skip


def _pieces(fen: int) -> tuple[tuple[int, int], ...]:
    """Return the fewest notes and coins of an amount."""
    found = []
    for face in treasury.DENOMINATIONS:
        if fen // face:
            found.append((face, fen // face))
        fen %= face
    return tuple(found)


def _import_statement(season: "Season") -> None:
    """The bank's statement of the week: what the books know, what a debtor sent, what nobody expected, a fee."""
    staff, at = season.cast.staff, season.at(season.today, 0, 30)
    days = [season.today - timedelta(days=days) for days in (3, 2, 2, 1)]
    said = (
        (days[0], 80_000, "栖霞鑫源果品", "货款", f"HK{season.today - timedelta(days=4):%m%d}-1"),
        (days[1], 45_000, "栖霞鑫源果品", "冷藏费", "20260001"),
        (days[2], 3_600_000, "广州江南果业", "预付货款", "20260002"),
        (days[3], -2_500, "烟台农商银行", "账户管理费", "20260003"),
    )
    entries = tuple(
        treasury.Said(n, on, fen, who, "", text, reference) for n, (on, fen, who, text, reference) in enumerate(said, 2)
    )
    digest = sha256(repr(entries).encode()).hexdigest()
    file = treasury.ImportStatement(
        new_id(at), treasury.Source.CSV, f"对账单-{season.today:%Y%m%d}.csv", digest, ACCOUNT, BEGAN_FEN,
        BEGAN_FEN + sum(entry.fen for entry in entries), entries,
    )  # fmt: skip
    season.do(lambda s: treasury.import_statement(s, file, by=staff["cashier"], at=at))


def forget_goods(season: "Season") -> None:
    """Goods that nobody fetches: soft since three weeks, their owner reminded once."""
    staff, then = season.cast.staff, season.at(season.today - timedelta(days=21), 10)
    fit = [lot for lot in season.left if lot.entry_on < then.on and _last_seen(season, lot) < then.on]
    if not fit:
        return
    lot = fit[0]
    season.left.remove(lot)
    soft = lots.Inspect(
        new_id(then),
        lot.id,
        then.on,
        5,
        firmness_gf_cm2=3_600,
        brix_permille=121,
        decay_permille=160,
        colour_permille=700,
    )
    season.do(lambda s: lots.inspect(s, soft, by=staff["manager"], at=then))
    at = season.at(season.today - timedelta(days=9), 10)
    case = dunning.OpenCase(new_id(at), lot.id)
    season.do(lambda s: dunning.open_case(s, case, by=staff["manager"], at=at))
    step = dunning.TakeStep(new_id(at), case.id, dunning.Step.REMINDER)
    notice = season.do(lambda s: dunning.take_step(s, step, by=staff["manager"], at=at))
    proof = dunning.RecordProof(new_id(at), notice.id, dunning.ProofKind.ANSWERED, "货主来电, 称月底来提", at.on)
    season.do(lambda s: dunning.record_proof(s, proof, by=staff["cashier"], at=at))


def _last_seen(season: "Season", lot: lots.Lot) -> date:
    return season.database.read(lambda s: max(row.inspected_on for row in lots.inspections_of(s, lot.id)))


def _recall(season: "Season") -> None:
    """A drill of last week, ended with everything found; and the season's own dates."""
    manager, at = season.cast.staff["manager"], season.at(season.today - timedelta(days=8), 14)
    lot = season.spare(at.on)
    ask = insight.StartRecall(new_id(at), insight.RecallKind.DRILL, insight.Question(number=lot.code), "季中追溯演练")
    season.do(lambda s: insight.start_recall(s, ask, by=manager, at=at))
    done = Moment(at=at.at + timedelta(minutes=47), on=at.on)
    end = insight.EndRecall(new_id(done), ask.id, lot.units_on_hand, 0, "全部找到, 用时 47 分钟")
    season.do(lambda s: insight.end_recall(s, end, by=manager, at=done))
    first = season.at(season.first - timedelta(days=20))
    year = insight.OpenSeason(new_id(first), f"{first.on.year}-{first.on.year % 100 + 1}", first.on,
                              first.on + timedelta(days=330))  # fmt: skip
    season.do(lambda s: insight.open_season(s, year, by=manager, at=first))


def _look_back(season: "Season") -> None:
    """A buyer says that goods that drove out were not as agreed."""
    at = season.at(season.today, 0, 50)
    with season.database.snapshot() as session:
        deals = trading.list_deals(session, by=SYSTEM, limit=50).items
        gone = next((deal for deal in deals if deal.state in (trading.State.SETTLED, trading.State.EXITED)), None)
    if gone is None:
        return
    buyer = next(actor for actor in season.cast.buyers.values() if actor.party_id == gone.buyer_id)
    ask = trading.DisputeDeal(new_id(at), gone.id, "抽检着色不足合同约定")
    season.do(lambda s: trading.dispute_deal(s, ask, by=buyer, at=at))


def _hear_strangers(season: "Season") -> None:
    """A sensor nobody gave a place, one whose clock runs ahead, and a message that cannot be read."""
    at = season.at(season.today, 0, 35)
    letters = []
    for name, ahead in (("room3.t3", 0), ("room4.t1", 7_200_000)):
        season.sequence += 1
        rows = [Row(name, minute * 60_000, Decimal("0.7")) for minute in range(12)]
        batch = Measurements(
            v=1, gw=GATEWAY, ep=1, seq=season.sequence, clk="rtc", live=False, t0=at.ms + ahead, r=rows
        )
        letters.append(telemetry.Arrived(make_topic(season.place_code, GATEWAY, "up/m"), encode(batch)))
    letters.append(telemetry.Arrived(make_topic(season.place_code, GATEWAY, "up/m"), b'{"v":1,"gw":"gw-demo","t":['))
    season.do(lambda s: telemetry.receive(s, letters, by=SYSTEM, at=at))
