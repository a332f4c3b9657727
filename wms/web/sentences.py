"""What an error says to a reader: its sentence, with fields and permissions by the words people know them by."""

from wms.kernel.errors import Forbidden, WmsError
from wms.web import preferences
from wms.web.field_words import field_words
from wms.web.i18n import note
from wms.web.shell import say

MOST_NAMED = 3  # of the permissions that would each be enough
PERMISSIONS = {
    "see_all": note("see everybody's goods"), "see_books": note("see the books"),
    "see_readings": note("see readings"), "manage_users": note("manage users"),
    "manage_parties": note("manage parties"), "approve_payee": note("approve bank accounts"),
    "manage_facility": note("manage rooms and slots"), "manage_instruments": note("manage instruments"),
    "book_arrival": note("book arrivals"), "take_in": note("take goods in"), "weigh": note("weigh"),
    "witness_weight": note("confirm a typed weight"), "move_stock": note("move goods"),
    "force_move": note("override put-away rules"), "inspect": note("inspect goods"), "hold_stock": note("hold goods"),
    "count_stock": note("count stock"), "approve_count": note("approve counts"),
    "propose_tariff": note("propose tariffs"), "approve_tariff": note("approve tariffs"),
    "order_exit": note("order exits"), "weigh_out": note("pick and weigh out"), "close_exit": note("close exits"),
    "approve_credit": note("give credit"), "pass_gate": note("pass the gate"), "take_payment": note("take payments"),
    "pay_out": note("pay out"), "correct_books": note("correct the books"), "list_goods": note("list goods"),
    "see_board": note("see the board"), "ask_quote": note("ask for quotes"), "answer_quote": note("answer quotes"),
    "run_board": note("run the board"), "record_price": note("record prices"), "ask_advance": note("ask for advances"),
    "value_goods": note("value goods"), "approve_advance": note("approve advances"),
    "disburse_advance": note("pay advances out"), "approve_release": note("consent to a release"),
    "acknowledge_alarm": note("answer alarms"), "push_readings": note("send readings"),
    "adopt_sensor": note("place sensors"), "visit_companies": note("visit companies"),
    "close_day": note("close the day"), "audit": note("audit"),
}  # fmt: skip


def sentence_of(error: WmsError, label: str = "") -> str:
    """Return an error's sentence in the reader's language; the field it is about is called `label` if there is one."""
    values = dict(error.values)
    if isinstance(values.get("field"), str):
        values["field"] = label or field_words(str(values["field"]))
    if isinstance(error, Forbidden) and isinstance(values.get("permission"), str):
        values["permission"] = _permissions(str(values["permission"]))
    told = error if values == error.values else type(error)(**values)
    return told.sentence(preferences.current().language)


def _permissions(names: str) -> str:
    found = names.split(" / ")
    said = [say(PERMISSIONS[name]) if name in PERMISSIONS else name for name in found[:MOST_NAMED]]
    return " / ".join(said + ["…"] * (len(found) > MOST_NAMED))
