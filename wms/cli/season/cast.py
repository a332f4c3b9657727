"""The people of the season and the companies they act for."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from wms import parties, users
from wms.kernel.actor import SYSTEM, Actor
from wms.kernel.clock import Moment
from wms.kernel.ids import new_id

if TYPE_CHECKING:
    from wms.cli.season import Season

PASSWORD = "Fuji-80-apples!"
R = users.Role

STAFF = (
    ("admin", "周敏", R.ADMINISTRATOR), ("clerk", "王海燕", R.CLERK), ("clerk2", "李国强", R.CLERK),
    ("manager", "孙立军", R.WAREHOUSE_MANAGER), ("credit", "方晓", R.CREDIT_OFFICER),
    ("approver", "顾建华", R.APPROVER),
    ("cashier", "蔡玉兰", R.CASHIER), ("trader", "陶然", R.TRADER), ("valuer", "于志远", R.VALUER),
    ("auditor", "何静", R.AUDITOR),
)  # fmt: skip
GROWERS = (
    ("G01", "刘秀英"), ("G02", "王国栋"), ("G03", "于家合作社"), ("G04", "林福田"), ("G05", "张桂芳"),
    ("G06", "牟德山"), ("G07", "衣春生"), ("G08", "慕永财"), ("G09", "史玉梅"), ("G10", "范家庄果业合作社"),
    ("G11", "柳长河"), ("G12", "隋兰香"),
)  # fmt: skip
MERCHANTS = (("M01", "栖霞鑫源果品"), ("M02", "蓬莱海峰商贸"))
BUYERS = (
    ("B01", "上海辉展果蔬"), ("B02", "广州江南果业"), ("B03", "北京新发地永盛"), ("B04", "杭州百果采购"),
    ("B05", "成都濛阳鲜达"), ("B06", "青岛出口联合"),
)  # fmt: skip

POSTS = {R.GROWER: "货主", R.BUYER: "采购", R.WAREHOUSE_MANAGER: "库管经理", R.CLERK: "库管员", R.CASHIER: "出纳"}


@dataclass
class Cast:
    """Who acts: staff by account name, owners and buyers by the code of their company."""

    staff: dict[str, Actor] = field(default_factory=dict)
    owners: dict[str, Actor] = field(default_factory=dict)
    buyers: dict[str, Actor] = field(default_factory=dict)
    parties: dict[str, UUID] = field(default_factory=dict)


def make_cast(season: "Season") -> Cast:
    """Make companies, people, accounts with the demo's password, badges, payees and contracts."""
    cast, at = Cast(), season.at(season.first - timedelta(days=60))
    season.do(lambda s: _companies(s, cast, at))
    names = [(name, person, role, "CS") for name, person, role in STAFF]
    names += [(code.lower(), person, R.GROWER, code) for code, person in (*GROWERS, *MERCHANTS)]
    names += [(code.lower(), f"{company[:2]}采购", R.BUYER, code) for code, company in BUYERS]
    for number, (name, person, role, code) in enumerate(names):
        phone = f"138{number:08d}" if role is R.GROWER else None
        account = season.do(lambda s, who=(name, person, role, code, phone): _account(s, cast, who, at))
        with season.database.snapshot() as session:
            actor = users.actor_of_account(session, account, at)
        group = cast.staff if code == "CS" else cast.owners if role is R.GROWER else cast.buyers
        group[name if code == "CS" else code] = actor
    _passwords(season, [name for name, _, role, _ in names if role is not R.GROWER] + ["g01", "m01"])
    season.do(lambda s: _payees(s, cast, at))
    return cast


def _companies(session: Session, cast: Cast, at: Moment) -> None:
    kinds = [("CS", parties.PartyKind.STORE, "烟台冷库"), ("LB", parties.PartyKind.LENDER, "烟台农商银行")]
    kinds += [(code, parties.PartyKind.GROWER, name) for code, name in GROWERS]
    kinds += [(code, parties.PartyKind.MERCHANT, name) for code, name in MERCHANTS]
    kinds += [(code, parties.PartyKind.BUYER, name) for code, name in BUYERS]
    for code, kind, name in kinds:
        request = parties.AddPartyRequest(new_id(at), code, kind, name)
        cast.parties[code] = parties.add_party(session, request, by=SYSTEM, at=at).id
    for code, _ in (*GROWERS, *MERCHANTS):
        contract = parties.SignContractRequest(new_id(at), cast.parties[code], f"HT-{code}", at.on)
        parties.sign_contract(session, contract, by=SYSTEM, at=at)


def _account(session: Session, cast: Cast, who: tuple[str, str, users.Role, str, str | None], at: Moment) -> UUID:
    name, person, role, code, phone = who
    human = parties.add_person(session, parties.AddPersonRequest(new_id(at), person), by=SYSTEM, at=at)
    employ = parties.EmployRequest(new_id(at), human.id, cast.parties[code], POSTS.get(role, "职员"), at.on)
    employment = parties.employ(session, employ, by=SYSTEM, at=at)
    request = users.AddUserRequest(new_id(at), name, employment.id, frozenset({role}), phone)
    return users.add_user(session, request, by=SYSTEM, at=at).id


def _passwords(season: "Season", names: list[str]) -> None:
    """Let the accounts that the demo names choose the demo's password, as an invitation would."""
    at = season.at(season.today, 0)
    for name in names:
        with season.database.snapshot() as session:
            ask = users.AccountRequest(new_id(at), users.account_by_name(session, name).id)
        issued = season.do(lambda s, ask=ask: users.invite(s, ask, by=SYSTEM, at=at))
        accept = users.AcceptInvitationRequest(issued.secret, PASSWORD, f"demo-{name}")
        users.accept_invitation(season.database, accept, at=at)


def _payees(session: Session, cast: Cast, at: Moment) -> None:
    for number, (code, name) in enumerate((*GROWERS, *MERCHANTS)):
        payee = parties.BankPayee(name, "烟台农商银行", f"62284800000000{number:05d}")
        request = parties.ProposePayeeRequest(new_id(at), cast.parties[code], payee)
        parties.propose_payee(session, request, by=cast.staff["admin"], at=at)
        decide = parties.PayeeDecisionRequest(new_id(at), request.id)
        parties.approve_payee(session, decide, by=cast.staff["approver"], at=at)
