"""What needs somebody now: gathered from every room, each with its clock, only what the reader may act on."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy.orm import Session

from wms import billing, facility, ledger, lending, lots, parties, settlement, telemetry, trading
from wms.delivery.identity import now
from wms.kernel.actor import Actor
from wms.kernel.actor import Permission as P
from wms.web.desk import words
from wms.web.desk.item import Item
from wms.web.desk.todo_bills import items_of_bills
from wms.web.desk.todo_floor import items_of_floor
from wms.web.desk.workplace import person_name, until, waited
from wms.web.reasons import reason_of
from wms.web.shell import say as _

OWED = "L:GrowerPayable:"


def items_for(session: Session, by: Actor) -> list[Item]:
    """Return what waits for the reader, the most urgent first."""
    found = [
        *_alarms(session, by),
        *_advances(session, by),
        *_releases(session, by),
        *_deals(session, by),
        *_payouts(session, by),
        *_payees(session, by),
        *_terms(session, by),
        *_machines(session, by),
        *items_of_bills(session, by),
        *items_of_floor(session, by),
    ]
    rank = {"danger": 0, "warn": 1, "info": 2, "quiet": 3}
    return sorted(found, key=lambda item: (rank.get(item.tone, 3), item.since or now().at))


def _advances(session: Session, by: Actor) -> Iterator[Item]:
    states = [
        (lending.LoanState.ASKED, P.APPROVE_ADVANCE),
        (lending.LoanState.CHECKED, P.APPROVE_ADVANCE),
        (lending.LoanState.APPROVED, P.DISBURSE_ADVANCE),
    ]
    for state, needed in states:
        if not by.may(needed):
            continue
        for loan in lending.list_loans(session, by=by, state=state, limit=100).items:
            own = needed == P.APPROVE_ADVANCE and by.eyes in (loan.asked_by_person_id, loan.first_person_id)
            first = person_name(session, loan.first_person_id)
            said = {
                "asked": _("needs two people"),
                "checked": _("{name} has approved, needs a second", name=first),
                "approved": _("approved by two"),
            }[state]
            what = _("Pay an advance out") if state == "approved" else _("Approve an advance")
            yield Item(
                what,
                parties.get_party(session, loan.borrower_id).name,
                url_for("desk.advance", loan_id=loan.id),
                waited(loan.asked_at),
                "quiet" if own else "warn",
                _("you have acted: another person") if own else said,
                loan.asked_fen,
                loan.asked_at,
            )


def _releases(session: Session, by: Actor) -> Iterator[Item]:
    if not (by.may(P.APPROVE_RELEASE) or by.may(P.TAKE_PAYMENT) or by.may(P.CLOSE_EXIT)):
        return
    states = (
        billing.ExitState.OPEN,
        billing.ExitState.QUOTED,
        billing.ExitState.CLEARED,
        billing.ExitState.PICKING,
        billing.ExitState.WEIGHED,
    )
    for order in billing.list_exit_orders(session, by, states=states, limit=100).items:
        owner = parties.get_party(session, order.party_id).name
        url = url_for("desk.exit_page", exit_id=order.id)
        pledged = lending.pledge_of_lot(session, order.lot_id) is not None
        if pledged and by.may(P.APPROVE_RELEASE) and settlement.approval_of(session, order.id, now().on) is None:
            yield Item(
                _("Agree to a release"),
                owner,
                url,
                waited(order.opened_at),
                "warn",
                _("pledged: the lender's consent of today is missing"),
                since=order.opened_at,
            )
        if order.kind != "sale" and order.state in ("open", "quoted") and by.may(P.TAKE_PAYMENT):
            due = settlement.release_quote(session, order, now().on)
            yield Item(
                _("Take an owner's payment"),
                owner,
                url,
                waited(order.opened_at),
                "info",
                _("before the goods may be picked"),
                due.total_fen,
                order.opened_at,
            )
        if order.state == "quoted" and order.quoted_on and order.quoted_on < now().on:
            yield Item(
                _("Charges to be named again"),
                owner,
                url,
                waited(order.opened_at),
                "info",
                _("the quote of {day} is over", day=order.quoted_on.isoformat()),
                since=order.opened_at,
            )


def _deals(session: Session, by: Actor) -> Iterator[Item]:
    if not (by.may(P.TAKE_PAYMENT) or by.may(P.RUN_BOARD)):
        return
    for state in ("deposit_due", "balance_due", "disputed"):
        for deal in trading.list_deals(session, by=by, state=state, limit=100).items:
            late = deal.due_at is not None and deal.due_at <= now().at
            due = deal.deposit_fen if state == "deposit_due" else deal.balance_fen
            yield Item(
                _(words.DEAL[state][0]),
                parties.get_party(session, deal.buyer_id).name,
                url_for("desk.deal", deal_id=deal.id),
                until(deal.due_at) if deal.due_at else waited(deal.proposed_at),
                "danger" if late or state == "disputed" else "info",
                deal.number,
                None if state == "disputed" else due,
                deal.proposed_at,
            )


def _payouts(session: Session, by: Actor) -> Iterator[Item]:
    if not by.may(P.PAY_OUT):
        return
    for code, fen in ledger.balances(session, OWED).items():
        if fen < 0:
            party = parties.party_by_code(session, code.removeprefix(OWED))
            ready = parties.payee_of(session, party.id, now().at) is not None
            yield Item(
                _("Pay out to an owner"),
                party.name,
                url_for("desk.payout", party_id=party.id),
                "",
                "info" if ready else "warn",
                _("bank account approved") if ready else _("no bank account in force"),
                -fen,
            )


def _payees(session: Session, by: Actor) -> Iterator[Item]:
    if not by.may(P.APPROVE_PAYEE):
        return
    for change in parties.pending_payees(session):
        party = parties.get_party(session, change.party_id)
        own = change.proposed_by == by.eyes
        yield Item(
            _("Approve a bank account"),
            party.name,
            url_for("desk.party", party_id=party.id),
            waited(change.proposed_at),
            "quiet" if own else "warn",
            _("proposed by {name}", name=person_name(session, change.proposed_by)),
            None,
            change.proposed_at,
        )


def _terms(session: Session, by: Actor) -> Iterator[Item]:
    if not by.may(P.APPROVE_TARIFF):
        return
    for version in billing.list_tariffs(session, limit=100).items:
        if billing.approval_of(session, version.id) is None:
            yield Item(
                _("Approve a tariff"),
                version.name,
                url_for("desk.tariffs"),
                waited(version.proposed_at),
                "warn",
                _("proposed by {name}", name=person_name(session, version.proposed_by_person_id)),
                None,
                version.proposed_at,
            )
    for product in lending.list_products(session):
        if product.approved_at is None:
            yield Item(
                _("Approve a lending product"),
                f"{product.code} {product.version}",
                url_for("desk.products"),
                _("from {day}", day=product.effective_from.isoformat()),
                "warn",
                _("proposed by {name}", name=person_name(session, product.proposed_by_person_id)),
            )


def _alarms(session: Session, by: Actor) -> Iterator[Item]:
    if not by.may(P.ACKNOWLEDGE_ALARM):
        return
    for alarm in telemetry.open_alarms(session):
        if alarm.state != "pending" and alarm.acknowledged_at is None:
            room = facility.get_room(session, alarm.room_id)
            yield Item(
                _("Answer an alarm"),
                room.name,
                url_for("control.room", room_id=room.id),
                waited(alarm.began_at),
                "danger" if alarm.severity == "critical" else "warn",
                "",
                None,
                alarm.began_at,
            )


def _machines(session: Session, by: Actor) -> Iterator[Item]:
    if not by.may(P.ADOPT_SENSOR):
        return
    asked = {
        telemetry.Waiting.UNKNOWN.value: _("Adopt a sensor"),
        telemetry.Waiting.FUTURE.value: _("Judge stamps of the future"),
    }
    for gateway, name, reason, count, newest in telemetry.quarantined(session):
        if reason not in asked:
            continue  # a clock that is set at last settles that by itself
        yield Item(
            asked[reason],
            f"{gateway} {name}",
            url_for("control.devices"),
            waited(newest),
            "info",
            _("{n} readings wait", n=count),
            None,
            newest,
        )
    for letter in telemetry.list_dead_letters(session, limit=50).items:
        if letter.replayed_at is None and letter.closed_at is None:
            yield Item(
                _("Look at a message nobody understood"),
                letter.topic,
                url_for("control.devices"),
                waited(letter.received_at),
                "warn",
                reason_of(letter)[:80],
                None,
                letter.received_at,
            )


def in_store_grams(session: Session) -> int:
    """Return what lies in the store on the entry basis, in grams."""
    wanted = lots.lot_ids_in_store(session)
    return sum(fact.grams_on_hand for fact in lots.facts(session, wanted))
