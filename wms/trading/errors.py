"""What the board can refuse."""

from wms.kernel.errors import Forbidden, Invalid, NotFound, Refused


class ListingNotFound(NotFound):
    """No such listing, or not yours to see."""

    code = "listing_not_found"
    en = "This listing does not exist, or is not yours to see."
    zh = "挂牌不存在, 或您无权查看。"


class RfqNotFound(NotFound):
    """No such request for a quote, or not yours to see."""

    code = "rfq_not_found"
    en = "This inquiry does not exist, or is not yours to see."
    zh = "询价不存在, 或您无权查看。"


class QuoteNotFound(NotFound):
    """No such quote, or not yours to see."""

    code = "quote_not_found"
    en = "This quote does not exist, or is not yours to see."
    zh = "报价不存在, 或您无权查看。"


class DealNotFound(NotFound):
    """No such deal, or not yours to see."""

    code = "deal_not_found"
    en = "This deal does not exist, or is not yours to see."
    zh = "成交单不存在, 或您无权查看。"


class MatchNotFound(NotFound):
    """No such match, or not yours to see."""

    code = "match_not_found"
    en = "This proposal does not exist, or is not yours to see."
    zh = "撮合建议不存在, 或您无权查看。"


class TiersOverlap(Invalid):
    """Two tiers of one kind claim the same value, so one order would have two prices."""

    code = "tiers_overlap"
    en = "The price tiers of {kind} overlap at {point}: a value may fall into one tier only."
    zh = "{kind} 的价格阶梯在 {point} 处重叠: 一个值只能落在一个阶梯。"


class TiersGap(Invalid):
    """A part of the declared range has no tier."""

    code = "tiers_gap"
    en = "The price tiers of {kind} leave a gap at {point}: they must cover the whole declared range."
    zh = "{kind} 的价格阶梯在 {point} 处有缺口: 必须覆盖所声明的整个范围。"


class TierInvalid(Invalid):
    """A tier that says nothing usable."""

    code = "tier_invalid"
    en = "A price tier of {kind} is not valid: give an interval or a choice, and either yuan per kg or a percentage."
    zh = "{kind} 的价格阶梯无效: 须给出区间或选项, 并且只能是每公斤加价或百分比之一。"


class ConditionsInvalid(Invalid):
    """The frame of a condition set is wrong."""

    code = "conditions_invalid"
    en = "The price conditions are not valid: {problem}."
    zh = "价格条件无效: {problem}。"


class TermsInvalid(Invalid):
    """Asked for nothing, or for a day that is over."""

    code = "terms_invalid"
    en = "Ask for at least one unit, and for a pick-up day that is not over."
    zh = "数量至少为一个单位, 提货日不能早于今天。"


class PriceInvalid(Invalid):
    """A price of nothing or less."""

    code = "offer_price_invalid"
    en = "A price must be greater than nothing and have at most four places."
    zh = "价格必须大于零, 且最多四位小数。"


class NotAvailable(Refused):
    """There is no price for these terms; floors are never told."""

    code = "not_available"
    en = "These goods are not available on these terms."
    zh = "此条件下没有可售货源。"


class ListingNotOpen(Refused):
    """The listing is paused, filled or withdrawn."""

    code = "listing_not_open"
    en = "The listing is not open: it is {state}."
    zh = "挂牌未开放: 当前状态为 {state}。"


class AlreadyListed(Refused):
    """A lot stands on the board once."""

    code = "already_listed"
    en = "This lot already stands on the board."
    zh = "该批次已经挂牌。"


class OwnGoods(Refused):
    """A company cannot buy from itself."""

    code = "own_goods"
    en = "A company cannot ask for its own goods."
    zh = "不能对自己的货询价或下单。"


class NotEnoughOpen(Refused):
    """Less is free to sell than was asked."""

    code = "not_enough_open"
    en = "{open_units} units are free to sell; {asked_units} were asked."
    zh = "可售 {open_units} 件, 需求 {asked_units} 件。"


class RfqClosed(Refused):
    """The inquiry is over."""

    code = "rfq_closed"
    en = "The inquiry is over: {state}."
    zh = "询价已结束: {state}。"


class QuoteSuperseded(Refused):
    """Somebody answered this quote; only the newest can be accepted."""

    code = "quote_superseded"
    en = "This quote was already answered ({response}); only the newest can be accepted."
    zh = "该报价已被回应 ({response}); 只能接受最新报价。"


class TimedOut(Refused):
    """The time of the quote is over, whether or not a job has noticed."""

    code = "timed_out"
    en = "The quote was valid until {valid_until}."
    zh = "报价有效期至 {valid_until}, 已过期。"


class NotYourTurn(Refused):
    """The other side must answer first."""

    code = "not_your_turn"
    en = "The other side must answer first."
    zh = "请等待对方先回应。"


class TooManyRounds(Refused):
    """Bargaining has an end."""

    code = "too_many_rounds"
    en = "No more counter-offers: {rounds} rounds are the limit."
    zh = "不能再还价: 最多 {rounds} 轮。"


class SameTerms(Refused):
    """A counter-offer that changes nothing."""

    code = "same_terms"
    en = "A counter-offer must change the price or the quantity."
    zh = "还价必须改变价格或数量。"


class BelowReleaseFloor(Refused):
    """Pledged goods may not be sold for less than what releases them; the floor is the owner's to see."""

    code = "below_release_floor"
    en = "These goods cannot be sold at this price."
    zh = "该批货不能以此价格出售。"


class EventRefused(Refused):
    """A deal in this state does not know this event."""

    code = "event_refused"
    en = "A deal that is {state} cannot take the event {event}."
    zh = "成交单处于 {state} 状态, 不能执行 {event}。"


class AlreadyConfirmed(Refused):
    """One side confirms once."""

    code = "already_confirmed"
    en = "Your side has confirmed already; the other side must confirm now."
    zh = "您已确认, 请等待对方确认。"


class EarnestTooHigh(Refused):
    """定金 above a fifth of the contract value has no effect as 定金 (Civil Code art. 586)."""

    code = "earnest_too_high"
    en = "The earnest money is {earnest_bp} basis points; the law allows at most 2000."
    zh = "定金比例为 {earnest_bp} 个基点, 法律上限为 2000。"


class BuyerMoneyShort(Refused):
    """Held and received money do not cover what was weighed; the gate waits."""

    code = "buyer_money_short"
    en = "The goods weighed out come to {due_fen} yuan; the buyer's money covers {covered_fen} yuan."
    zh = "出库货款为 {due_fen} 元, 买方资金仅够 {covered_fen} 元。"


class MoreThanDeal(Refused):
    """More units leave than the deal has left."""

    code = "more_than_deal"
    en = "The deal has {left_units} units left; {asked_units} were asked."
    zh = "成交单剩余 {left_units} 件, 需求 {asked_units} 件。"


class DealOver(Refused):
    """Money for a deal that no longer takes any."""

    code = "deal_over"
    en = "The deal is {state}: it takes no more money."
    zh = "成交单状态为 {state}, 不再收款。"


class NoCompany(Forbidden):
    """Only somebody who acts for a company can ask or buy."""

    code = "no_company"
    en = "You act for no company here."
    zh = "您没有代表任何公司。"


class ConsentMissing(Invalid):
    """Staff may speak for a side only with that side's word, and whose word it was is kept."""

    code = "consent_missing"
    en = "Say who gave consent on the phone, and from which number."
    zh = "请填写电话同意人及电话号码。"


class StepNotMarked(Refused):
    """Steps that move money or holds have actions of their own."""

    code = "step_not_marked"
    en = "The step {event} is not marked by hand."
    zh = "步骤 {event} 不能手动标记。"


class LotNotListable(Refused):
    """Nothing of the lot is free to sell."""

    code = "lot_not_listable"
    en = "Nothing of this lot is free to sell."
    zh = "该批次没有可售数量。"


class PriceOnRequest(Refused):
    """面议: there is no price to take; ask for a quote."""

    code = "price_on_request"
    en = "The price is on request: ask for a quote."
    zh = "该挂牌为面议, 请先询价。"


class TakeRefused(Refused):
    """The owner does not sell so little, or would be left with so little."""

    code = "take_refused"
    en = "The owner sells {min_units} units or more at a time and keeps none or as many; {open_units} units are open."
    zh = "货主一次至少出售 {min_units} 件, 剩余须为零或不少于此数; 目前可售 {open_units} 件。"


class FenInvalid(Invalid):
    """A wrong amount of money."""

    code = "fen_invalid"
    en = "An amount must be more than nothing."
    zh = "金额必须大于零。"


class BankReferenceUsed(Refused):
    """One bank transfer is money once."""

    code = "bank_reference_used"
    en = "The bank transfer {reference} was written down before; money for several deals goes into the wallet."
    zh = "银行流水 {reference} 已登记过; 一笔款用于多笔成交时请先充入钱包。"


class BuyersDiffer(Refused):
    """One transfer pays for the deals of one buyer."""

    code = "deals_of_several_buyers"
    en = "One bank transfer pays for deals of one buyer; these are of several."
    zh = "一笔银行流水只能用于同一买方的成交, 所选成交属于不同买方。"
