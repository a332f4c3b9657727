"""What the lending room refuses."""

from wms.kernel.errors import Invalid, NotFound, Refused


class LoanNotFound(NotFound):
    """No such loan, or not yours."""

    code = "loan_not_found"
    en = "There is no advance {loan_id}."
    zh = "预付款 {loan_id} 不存在。"


class ProductNotFound(NotFound):
    """No approved lending product is in force."""

    code = "lending_product_not_found"
    en = "No approved lending product is in force on {day}."
    zh = "{day} 没有已批准生效的融资产品。"


class GateClosed(Refused):
    """A gate of the advance is not passed: missing or stale evidence counts as failed."""

    code = "advance_gate_closed"
    en = "The advance cannot go on; what it still needs: {reasons}."
    zh = "不能继续办理预付款, 尚缺以下条件: {reasons}。"


class NoPriceToLendOn(Refused):
    """Neither the board nor an independent source gives a price that may be lent on."""

    code = "no_price_to_lend_on"
    en = "There is no independent price fresh enough to lend on for these goods."
    zh = "这批货没有足够新的独立参考价, 不能据以放款。"


class AdvanceTooLarge(Refused):
    """More was asked than the ceiling allows."""

    code = "advance_too_large"
    en = "At most {limit_fen} can be advanced on these goods; {asked_fen} was asked."
    zh = "这批货最多可预付 {limit_fen} 元, 申请金额为 {asked_fen} 元。"


class AmountNotWhole(Invalid):
    """An advance is positive and in whole yuan."""

    code = "advance_not_whole"
    en = "An advance is a positive amount in whole yuan."
    zh = "预付款须为正的整元金额。"


class LoanNotInState(Refused):
    """The step does not fit the loan's state."""

    code = "loan_not_in_state"
    en = "The advance is {state}; this step needs it to be {needed}."
    zh = "该预付款目前为 {state} 状态, 此步骤要求 {needed} 状态。"


class SameEyes(Refused):
    """Four eyes are two people, not two accounts."""

    code = "four_eyes_needed"
    en = "A second person must do this: you took part in an earlier step."
    zh = "须由另一人办理: 您已参与前面的步骤。"


class SearchNotToday(Refused):
    """The registry search must be of the day of the payment."""

    code = "registry_search_not_today"
    en = "The registry search must be dated {day}; it is dated {searched_on}."
    zh = "登记查询日期须为 {day}, 现为 {searched_on}。"


class GoodsPledged(Refused):
    """A lot is pledged once."""

    code = "goods_already_pledged"
    en = "This lot is pledged already."
    zh = "该批货已质押。"


class PaymentTooLarge(Refused):
    """More is paid than is owed."""

    code = "loan_payment_too_large"
    en = "Only {owed_fen} is owed; {paid_fen} is too much."
    zh = "尚欠 {owed_fen} 元, 支付 {paid_fen} 元过多。"


class PaymentNotPositive(Invalid):
    """A payment brings money."""

    code = "loan_payment_not_positive"
    en = "A repayment is a positive amount; {paid_fen} is none."
    zh = "还款金额须大于零, 现为 {paid_fen} 元。"


class ValueDayWrong(Refused):
    """Money counts from a day of the advance that is not still to come."""

    code = "loan_value_day_wrong"
    en = "The value day must be between {first} and {last}."
    zh = "起息日须在 {first} 至 {last} 之间。"


class BackdatingAlone(Refused):
    """A payment dated far back changes interest that was booked: two people."""

    code = "backdating_needs_two"
    en = "A payment dated back more than {days} days needs a second person who may correct the books."
    zh = "起息日早于 {days} 天的还款须由另一位有权更正账务的人员共同办理。"
