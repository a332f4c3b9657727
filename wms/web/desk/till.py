"""The cashier: money in, money out, and what is owed to whom, each figure opening its account."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from wms import ledger, parties, settlement, trading, treasury
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.desk import blocks as b
from wms.web.desk.workplace import act, blueprint, must, shown
from wms.web.pages import fen_of, may, text_of, uuid_of
from wms.web.shell import say as _

OWED = "L:GrowerPayable:"
WALLET = "L:BuyerWallet:"
ESCROW = "L:BuyerEscrow:"


@blueprint.get("/cashier")
def cashier() -> Any:
    """Show what is owed and held, with the forms for money in and out."""
    must(Permission.SEE_BOOKS, Permission.TAKE_PAYMENT)
    return _cashier()


def _cashier(error: WmsError | None = None) -> Any:
    return shown(read(_screen), error)


def _screen(session: Session) -> b.Screen:
    cash = ledger.balance(session, "A:Cash:Settlement")
    owed, wallets = ledger.balances(session, OWED), ledger.balances(session, WALLET)
    stats = b.Stats(
        [
            b.Stat(_("Cash in settlement"), b.money(cash), url=account_url("A:Cash:Settlement")),
            b.Stat(_("Owed to owners"), b.money(-sum(owed.values()))),
            b.Stat(_("In buyers' wallets"), b.money(-sum(wallets.values()))),
            b.Stat(_("In escrow"), b.money(-sum(ledger.balances(session, ESCROW).values()))),
        ]
    )
    links = [
        (_("Bank"), url_for("desk.bank"), False),
        (_("Drawer"), url_for("desk.drawer"), False),
        (_("Transfer files"), url_for("desk.transfers"), False),
        (_("Receivables"), url_for("desk.receivables"), False),
        (_("E-invoices"), url_for("desk.einvoices"), False),
    ]
    if may(Permission.TAKE_PAYMENT) or may(Permission.CLOSE_EXIT):
        links.append((_("Pooled deals"), url_for("desk.pools"), False))
    ways = b.Links(links, _("More"))
    parts: list[Any] = [stats, ways, b.Pair([_owed(session, owed)], [_wallets(session, wallets)])]
    if may(Permission.TAKE_PAYMENT):
        buyers = parties.list_parties(session, parties.PartyKind.BUYER, limit=200).items
        parts.append(
            b.Form(
                "top-up",
                _("Money came into a wallet"),
                url_for("desk.top_up"),
                _("Write it down"),
                [
                    b.Field(
                        "select",
                        _("Buyer"),
                        "buyer",
                        options=[(str(each.id), f"{each.code} {each.name}") for each in buyers],
                    ),
                    b.Field("number", _("Amount"), "fen", unit=_("yuan")),
                    b.Field("text", _("Bank reference"), "reference"),
                ],
            )
        )
    return b.Screen(_("Cashier"), parts, _("Every figure opens the account behind it."))


def account_url(code: str) -> str:
    """Return the address of an account of the books."""
    return url_for("desk.account", code=code)


def _owed(session: Session, owed: dict[str, int]) -> b.Table:
    rows = []
    for code, fen in owed.items():
        if fen:
            party = parties.party_by_code(session, code.removeprefix(OWED))
            rows.append(
                b.Row(
                    [
                        b.text(party.name, url=url_for("desk.payout", party_id=party.id)),
                        b.money(-fen, url=account_url(code)),
                    ]
                )
            )
    foot = [b.text(_("Together")), b.money(-sum(owed.values()))]
    return b.Table(
        _("Owed to owners, to be paid out"),
        [b.Column(_("Owner")), b.Column(_("Owed"), True)],
        rows,
        _("Nothing is owed to anybody."),
        foot=foot,
    )


def _wallets(session: Session, wallets: dict[str, int]) -> b.Table:
    rows = []
    for code, fen in wallets.items():
        party = parties.party_by_code(session, code.removeprefix(WALLET))
        free = ledger.available(session, code)
        rows.append(
            b.Row(
                [
                    b.text(party.name, url=url_for("desk.payout", party_id=party.id)),
                    b.money(-fen, url=account_url(code)),
                    b.money(-fen - free),
                    b.money(free),
                ]
            )
        )
    columns = [b.Column(_("Buyer")), b.Column(_("Balance"), True), b.Column(_("Held"), True), b.Column(_("Free"), True)]
    return b.Table(_("Buyers' wallets"), columns, rows, _("No wallet yet."))


@blueprint.post("/cashier/top-up")
def top_up() -> Any:
    """Write down money that came into a buyer's wallet."""

    def work(session: Session) -> Any:
        wanted = trading.TopUp(uuid_of("id"), uuid_of("buyer"), fen_of("fen"), text_of("reference", most=80))
        return trading.top_up_wallet(session, wanted, by=actor(), at=now())

    return act(work, _("Written down."), url_for("desk.cashier"), _cashier)


@blueprint.get("/payouts/<uuid:party_id>")
def payout(party_id: UUID) -> Any:
    """Show what is owed to an owner, the bank account in force, and what was paid before."""
    must(Permission.SEE_BOOKS, Permission.PAY_OUT)
    return _payout(party_id)


def _payout(party_id: UUID, error: WmsError | None = None) -> Any:
    def gather(session: Session) -> b.Screen:
        party = parties.get_party(session, party_id)
        owed, payee = settlement.payable(session, party.id), parties.payee_of(session, party.id, now().at)
        pairs = [(_("Owed"), b.money(owed, url=account_url(OWED + party.code)))]
        if payee:
            pairs += [
                (_("Account holder"), b.text(payee.account_name)),
                (_("Bank"), b.text(payee.bank)),
                (_("Account number"), b.code(payee.account_number)),
            ]
        parts: list[Any] = [b.Facts(_("To be paid out"), pairs)]
        if payee is None:
            parts.append(
                b.Say(
                    _("No bank account is in force: propose one on the party's page, another person approves it."),
                    "warn",
                )
            )
        elif owed > 0 and may(Permission.PAY_OUT):
            parts.append(_pay_form(party, owed))
        return b.Screen(
            _("Pay out to {name}", name=party.name),
            [*parts, *_refund_form(session, party, payee), _paid(session, party.id), *_return_form(session, party.id)],
            "",
            (_("Cashier"), url_for("desk.cashier")),
        )

    return shown(read(gather), error)


def _pay_form(party: parties.Party, owed: int) -> b.Form:
    fields = [
        b.Field("number", _("Amount"), "fen", f"{owed / 100:.2f}", unit=_("yuan")),
        b.Field("text", _("Number of the transfer"), "reference", hint=_("as the bank gave it")),
    ]
    return b.Form(
        "pay-out", _("Pay out"), url_for("desk.pay_out", party_id=party.id), _("Pay out to this account"), fields
    )


def _paid(session: Session, party_id: UUID) -> b.Table:
    returned = treasury.returned_payouts(session, party_id)
    rows = []
    for row in settlement.payouts_of(session, party_id):
        back = returned.get(row.id)
        state = b.chip(_("given back by the bank"), "warn", back.reason) if back else b.chip(_("paid"), "ok")
        cells = [
            b.stamp(row.paid_at),
            b.money(row.paid_fen, url=url_for("desk.journal", journal_id=row.journal_id)),
            b.text(row.reference),
            b.text(f"{row.bank} {row.account_number}", row.account_name),
            state,
        ]
        rows.append(b.Row(cells))
    columns = [
        b.Column(_("When")),
        b.Column(_("Amount"), True),
        b.Column(_("Number of the transfer")),
        b.Column(_("To account")),
        b.Column(_("State")),
    ]
    return b.Table(_("Paid out before"), columns, rows, _("Nothing was paid out yet."))


@blueprint.post("/payouts/<uuid:party_id>")
def pay_out(party_id: UUID) -> Any:
    """Pay an owner what is owed, to the bank account in force."""

    def work(session: Session) -> Any:
        wanted = settlement.PayOut(uuid_of("id"), party_id, fen_of("fen"), text_of("reference", most=80))
        return settlement.pay_out(session, wanted, by=actor(), at=now())

    return act(work, _("Paid out."), url_for("desk.payout", party_id=party_id), lambda error: _payout(party_id, error))


def _refund_form(session: Session, party: parties.Party, payee: parties.BankPayee | None) -> list[b.Form]:
    """The form that pays money of the party's wallet back, as far as none of it is held."""
    free = ledger.available(session, WALLET + party.code)
    if free <= 0 or payee is None or not may(Permission.PAY_OUT):
        return []
    fields = [
        b.Field("number", _("Amount"), "fen", f"{free / 100:.2f}", unit=_("yuan")),
        b.Field("text", _("Number of the transfer"), "reference", hint=_("as the bank gave it")),
    ]
    where = url_for("desk.refund_wallet", party_id=party.id)
    note = _("To the bank account in force; what is held for a deal stays.")
    return [b.Form("refund", _("Pay the wallet back"), where, _("Pay back"), fields, note, kind="")]


def _return_form(session: Session, party_id: UUID) -> list[b.Fold]:
    returned = treasury.returned_payouts(session, party_id)
    options = [
        (str(row.id), f"{row.paid_on} · {row.paid_fen / 100:,.2f} · {row.reference}")
        for row in settlement.payouts_of(session, party_id)
        if row.id not in returned
    ]
    if not options or not may(Permission.PAY_OUT):
        return []
    fields = [
        b.Field("select", _("Payout"), "payout", options=options),
        b.Field("text", _("Bank reference"), "reference"),
        b.Field("text", _("Reason"), "reason"),
    ]
    where = url_for("desk.return_payout", party_id=party_id)
    note = _("What it paid is owed to the owner again.")
    title = _("The bank gave a payout back")
    return [b.Fold(title, [b.Form("return", title, where, _("Write it down"), fields, note, kind="")])]


@blueprint.post("/payouts/<uuid:party_id>/refund")
def refund_wallet(party_id: UUID) -> Any:
    """Pay money of a wallet back to its buyer."""

    def work(session: Session) -> Any:
        wanted = treasury.RefundWallet(uuid_of("id"), party_id, fen_of("fen"), text_of("reference", most=80))
        return treasury.refund_wallet(session, wanted, by=actor(), at=now())

    return act(work, _("Paid back."), url_for("desk.payout", party_id=party_id), lambda error: _payout(party_id, error))


@blueprint.post("/payouts/<uuid:party_id>/return")
def return_payout(party_id: UUID) -> Any:
    """Write down that the bank gave a payout back."""

    def work(session: Session) -> Any:
        words = text_of("reference", most=80), text_of("reason")
        wanted = treasury.ReturnPayout(uuid_of("id"), uuid_of("payout"), *words)
        return treasury.return_payout(session, wanted, by=actor(), at=now())

    url = url_for("desk.payout", party_id=party_id)
    return act(work, _("Written down; it is owed again."), url, lambda error: _payout(party_id, error))
