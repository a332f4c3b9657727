"""What prices can refuse."""

from wms.kernel.errors import Invalid, NotFound, Refused


class TradeNotFound(NotFound):
    """No such trade."""

    code = "price_trade_not_found"
    en = "There is no recorded trade {trade_id}."
    zh = "没有成交记录 {trade_id}。"


class PriceInvalid(Invalid):
    """A price is positive with at most four places."""

    code = "price_invalid"
    en = "A price is more than nothing with at most four places, not {price}."
    zh = "价格须大于零且最多四位小数, 不能是 {price}。"


class QuantityInvalid(Invalid):
    """A quantity is more than nothing."""

    code = "price_quantity_invalid"
    en = "A quantity is more than nothing, not {quantity_grams} kg."
    zh = "数量须大于零, 不能是 {quantity_grams} 公斤。"


class PriceInFuture(Invalid):
    """A fact cannot lie in the future."""

    code = "price_in_future"
    en = "A price cannot be dated {priced_on}, after today."
    zh = "价格日期 {priced_on} 不得晚于今天。"


class QuoteDates(Invalid):
    """A firm quote ends before it begins."""

    code = "price_quote_dates"
    en = "A firm quote cannot end on {valid_to_on}, before it begins."
    zh = "报价截止日 {valid_to_on} 早于起始日。"


class SameParty(Invalid):
    """Nobody trades with themselves."""

    code = "price_same_party"
    en = "Buyer and seller are the same party."
    zh = "买方与卖方为同一方。"


class SameCell(Invalid):
    """A cell is not its own neighbour."""

    code = "price_same_cell"
    en = "A cell cannot be priced by itself."
    zh = "品类不能以自身作为参照。"


class NoteMissing(Invalid):
    """An assessment without reasons is no assessment."""

    code = "price_note_missing"
    en = "An assessment needs a note with its reasons."
    zh = "评估价须附理由说明。"


class TradeExcluded(Refused):
    """The trade is already excluded."""

    code = "price_trade_excluded"
    en = "The trade is already excluded: {reason}."
    zh = "该成交已被剔除: {reason}。"


class DayKnown(Refused):
    """The value of this series and day was recorded before."""

    code = "price_day_known"
    en = "The series {series} already has a price for {priced_on}."
    zh = "序列 {series} 在 {priced_on} 已有价格。"
