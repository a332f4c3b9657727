"""The buyer's money in a deal."""

from uuid import UUID

from sqlalchemy.orm import Session

from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.trading.rules.conditions import Priced
from wms.trading.rules.deal_states import Event
from wms.trading.rules.reasons import Reason
from wms.trading.rules.requests import *
from wms.trading.rules.terms import Spec, Terms
from wms.trading.rules.views import BoardPage, Standing
from wms.trading.tables import *

ANY = Spec()
Cell = object


def top_up_wallet(session: Session, request: TopUp, *, by: Actor, at: Moment) -> WalletTopUp:
    """Write down money that came into a buyer's wallet."""
    raise NotImplementedError


def hold_deposit(session: Session, request: HoldMoney, *, by: Actor, at: Moment) -> Deal:
    """Hold the deposit on the wallet: by contract it counts as received."""
    raise NotImplementedError


def hold_balance(session: Session, request: HoldMoney, *, by: Actor, at: Moment) -> Deal:
    """Hold the balance on the wallet; the deal becomes releasable."""
    raise NotImplementedError


def receive_bank_payment(session: Session, request: BankPayment, *, by: Actor, at: Moment) -> Deal:
    """Write down money that came into escrow for a deal; moves the deal on when it covers deposit or balance."""
    raise NotImplementedError


def post_buyer_money(session: Session, load: Load, gross_fen: int, *, by: Actor, at: Moment) -> None:
    """Move the money for a load from the wallet into escrow: its part of the deposit, then the balance on catch weight. Settlement then takes exactly gross_fen from escrow. Raises BuyerMoneyShort."""
    raise NotImplementedError
