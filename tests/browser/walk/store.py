"""The store on its first day: people, rooms, scales, tariff and lending product, the days before; and no lot yet."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from wms import parties, prices, trading, users
from wms.cli.season import PASSWORD, Cast, Season
from wms.cli.season.air import breathe, set_limits
from wms.cli.season.market import quote_prices
from wms.cli.season.place import make_place
from wms.config import Config
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment, system_clock
from wms.kernel.database import Database

__all__ = ["CELL", "PASSWORD", "furnish"]

# What the clerk will say the apples are: the cell somebody dealt in lately.
CELL = prices.Cell("红富士", "80以上", "一二级", "片红", "纸袋", "ra", "grower", "蛇窝泊")
DAYS = 4
K, R = parties.PartyKind, users.Role
COMPANIES = (
    ("CS", K.STORE, "烟台冷库"),
    ("LB", K.LENDER, "烟台农商银行"),
    ("G01", K.GROWER, "刘秀英"),
    ("G02", K.GROWER, "王国栋"),
    ("M01", K.MERCHANT, "栖霞鑫源果品"),
    ("B01", K.BUYER, "上海辉展果蔬"),
    ("B02", K.BUYER, "广州江南果业"),
)
STAFF = (
    ("clerk", "王海燕", R.CLERK), ("manager", "孙立军", R.WAREHOUSE_MANAGER), ("credit", "方晓", R.CREDIT_OFFICER),
    ("approver", "顾建华", R.APPROVER), ("cashier", "蔡玉兰", R.CASHIER), ("valuer", "于志远", R.VALUER),
)  # fmt: skip
CUSTOMERS = (("g01", "刘秀英", R.GROWER), ("m01", "鑫源经理", R.GROWER), ("b01", "辉展采购", R.BUYER))
SIGN_IN = ("clerk", "manager", "credit", "approver", "cashier", "g01", "b01")


class FirstDays(Season):
    """The same people and place as the demo's, with only the days behind today that an advance looks at."""

    def days(self) -> list[date]:
        return super().days()[-DAYS:]


def furnish(database: Database, config: Config) -> None:
    """Set the store up through the rooms' own doors."""
    season = FirstDays(database, config.site.timezone, system_clock(config.site.timezone)().on, config.mqtt.site)
    season.cast = _gather(season)
    season.place = make_place(season)
    set_limits(season)
    breathe(season)
    quote_prices(season)
    _dealt_before(season)
    _offered_elsewhere(season)


def _gather(season: Season) -> Cast:
    """Everybody the walk needs; those who will sit at a screen choose a password, as an invitation lets them."""
    cast, at = Cast(), season.at(season.first - timedelta(days=60))
    season.do(lambda s: _companies(s, cast, at))
    for name, person, role in (*STAFF, *CUSTOMERS):
        code = name.upper() if role in (R.GROWER, R.BUYER) else "CS"
        account = season.do(lambda s, who=(name, person, role, code): _account(s, cast, who, at))
        actor = season.do(lambda s, account=account: users.actor_of_account(s, account, at))
        group = cast.staff if code == "CS" else cast.owners
        group[name if code == "CS" else code] = actor
        if name in SIGN_IN:
            invitation = season.do(lambda s, who=account: users.invite(s, _about(who), by=SYSTEM, at=_today(season)))
            accept = users.AcceptInvitationRequest(invitation.secret, PASSWORD, f"walk-{name}")
            users.accept_invitation(season.database, accept, at=_today(season))
    return cast


def _companies(session: Session, cast: Cast, at: Moment) -> None:
    for code, kind, name in COMPANIES:
        cast.parties[code] = parties.add_party(
            session, parties.AddPartyRequest(uuid4(), code, kind, name), by=SYSTEM, at=at
        ).id


def _account(session: Session, cast: Cast, who: tuple[str, str, users.Role, str], at: Moment) -> UUID:
    name, person, role, code = who
    human = parties.add_person(session, parties.AddPersonRequest(uuid4(), person), by=SYSTEM, at=at)
    employ = parties.EmployRequest(uuid4(), human.id, cast.parties[code], role.value, at.on)
    employment = parties.employ(session, employ, by=SYSTEM, at=at)
    request = users.AddUserRequest(uuid4(), name, employment.id, frozenset({role}))
    return users.add_user(session, request, by=SYSTEM, at=at).id


def _about(account: UUID) -> users.AccountRequest:
    return users.AccountRequest(uuid4(), account)


def _today(season: Season) -> Moment:
    return season.at(season.today, 0)


def _dealt_before(season: Season) -> None:
    """Somebody bought such apples yesterday: without a dealing in the cell nothing is lent on it."""
    day = season.today - timedelta(days=1)
    people = season.cast.parties
    trade = prices.RecordTrade(uuid4(), CELL, Decimal("8.1000"), 5_000_000, day, people["B02"], people["G02"])
    at = season.at(day, 15)
    season.do(lambda s: prices.record_trade(s, trade, by=season.cast.staff["valuer"], at=at))


def _offered_elsewhere(season: Season) -> None:
    """Cheaper apples that lie in no store of ours: they come after ours on the board all the same."""
    owner = season.cast.owners["M01"]
    assert owner.party_id is not None
    goods = trading.Goods("红富士", "80以上", "一二级", "片红", "纸袋", "merchant", "ra", "桃村")
    offer = trading.OfferOutside(uuid4(), owner.party_id, goods, 60, 360_000, Decimal("6.0000"))
    at = season.at(season.today - timedelta(days=1), 16)
    season.do(lambda s: trading.offer_outside(s, offer, by=owner, at=at))
