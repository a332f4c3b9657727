"""What this room refuses, and why."""

from wms.kernel.errors import Invalid, NotFound, Refused


class ReceiptNotFound(NotFound):
    """No such receipt, or somebody else's."""

    code = "receipt_not_found"
    en = "This receipt does not exist, or is not yours to see."
    zh = "仓单不存在, 或您无权查看。"


class LotHasNoReceipt(NotFound):
    """The lot has no open receipt."""

    code = "lot_has_no_receipt"
    en = "This lot has no open receipt."
    zh = "该批次没有有效仓单。"


class IntakeInvalid(Invalid):
    """The lines do not fit the delivery's weighings."""

    code = "intake_invalid"
    en = "The lines do not fit what was weighed: {what}."
    zh = "各行与过磅记录不符: {what}。"


class AverageDiffers(Refused):
    """The truck's net is far from what its units weigh by the crates tried: a miscount, or a wrong crate tare."""

    code = "average_differs"
    en = (
        "By the {tried_units} units tried, {units} units weigh {expected_grams} without crates; the truck says "
        "{net_grams}. Count again, look at the crate's tare, or say why they differ."
    )
    zh = (
        "按试称的 {tried_units} 件推算, {units} 件净重应为 {expected_grams}, 地磅净重 {net_grams}。"
        "请复点件数、核对箱皮重, 或说明差异原因。"
    )


class ReceiptAlreadyPledged(Refused):
    """A receipt is pledged once."""

    code = "receipt_already_pledged"
    en = "Receipt {receipt} is pledged already."
    zh = "仓单 {receipt} 已质押。"


class ReceiptNotOpen(Refused):
    """Closed or split."""

    code = "receipt_not_open"
    en = "Receipt {receipt} is {state}."
    zh = "仓单 {receipt} 状态为 {state}, 不能操作。"


class ReceiptExpired(Refused):
    """Beyond its validity nobody lends on it."""

    code = "receipt_expired"
    en = "Receipt {receipt} was valid until {valid_until_on}."
    zh = "仓单 {receipt} 有效期至 {valid_until_on}, 已过期。"


class ReceiptUnitsShort(Refused):
    """Fewer units stand on the receipt than asked."""

    code = "receipt_units_short"
    en = "Receipt {receipt} stands for {units_left} units; {units} were asked."
    zh = "仓单 {receipt} 余 {units_left} 件, 请求 {units} 件。"


class ReceiptStillPledged(Refused):
    """The last goods of a pledged receipt do not leave before the lender lets go."""

    code = "receipt_still_pledged"
    en = "Receipt {receipt} is still pledged; it must be released before its last goods leave."
    zh = "仓单 {receipt} 仍处于质押中, 最后一批货物出库前须先解除质押。"


class LiabilityNotFound(NotFound):
    """No such liability."""

    code = "shrink_liability_not_found"
    en = "This liability does not exist, or is not yours to see."
    zh = "该损耗责任不存在, 或您无权查看。"


class LiabilityDecided(Refused):
    """It is decided once."""

    code = "shrink_liability_decided"
    en = "This liability is {state} already."
    zh = "该损耗责任已处理: {state}。"


class LiabilityOwnWork(Refused):
    """Who weighed the goods out or approved the count does not decide what the store owes for them."""

    code = "shrink_liability_own_work"
    en = "Somebody else must decide: you recorded this loss."
    zh = "须由他人处理: 该损耗由您记录。"


class LiabilityHasNoPrice(Invalid):
    """No reference price was known; the decision names one."""

    code = "shrink_liability_has_no_price"
    en = "No price is known for these goods; name one."
    zh = "此货没有参考价, 请填写价格。"


class LiabilityNeedsReason(Invalid):
    """A decision says why."""

    code = "shrink_liability_needs_reason"
    en = "Say why this is accepted or waived."
    zh = "请填写接受或免除的原因。"
