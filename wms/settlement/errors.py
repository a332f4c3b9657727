"""What settlement refuses."""

from wms.kernel.errors import NotFound, Refused


class SettlementNotFound(NotFound):
    """No such settlement, or not yours."""

    code = "settlement_not_found"
    en = "There is no settlement {settlement_id}."
    zh = "结算单 {settlement_id} 不存在。"


class NotWeighedOut(Refused):
    """The goods have not been weighed out."""

    code = "exit_not_ready_to_close"
    en = "The exit cannot close: it is {state}, and the goods must be cleared, picked and weighed out first."
    zh = "出库不能办结: 当前状态为 {state}, 须先放行、拣货并出库过磅。"


class ReleaseNotApproved(Refused):
    """Pledged goods leave only with the lender's consent of the same day."""

    code = "release_not_approved"
    en = "These goods are pledged: the lender must approve their release today."
    zh = "该批货已质押: 须由资金方当日批准放行。"


class SaleDoesNotCover(Refused):
    """The sale does not bring what the charges and the loan need."""

    code = "sale_does_not_cover"
    en = "The sale brings {short_fen} too little to cover charges and the advance; the owner must pay the difference."
    zh = "成交款不足以覆盖费用与预付款, 差额 {short_fen} 元须由货主补足。"


class PaymentShort(Refused):
    """The payment is less than what must be paid before these goods may leave."""

    code = "exit_payment_short"
    en = "{needed_fen} must be paid before these goods may leave; {paid_fen} is not enough."
    zh = "须支付 {needed_fen} 元货物才能出库, 已付 {paid_fen} 元不足。"


class LoanNotCovered(Refused):
    """What would stay does not cover the loan."""

    code = "loan_not_covered"
    en = "What would stay does not cover the advance: {needed_fen} more must be paid first."
    zh = "余货不足以覆盖预付款: 须先补缴 {needed_fen} 元。"


class DealOfOtherGoods(Refused):
    """The exit is ordered for a deal that sold other goods."""

    code = "deal_of_other_goods"
    en = "This exit stands on a deal for other goods: what was not sold does not leave on its money."
    zh = "本出库单所引用的成交对应另一批货: 未售出的货物不能凭该笔货款出库。"


class ExitOfAnotherKind(Refused):
    """The step is for the other kind of exit."""

    code = "exit_of_another_kind"
    en = "This step is for an exit of the kind {needed}; this one is {kind}."
    zh = "此步骤适用于 {needed} 类出库单, 本单为 {kind}。"


class BuyerMoneyMissing(Refused):
    """The buyer's money for the deal is not there yet."""

    code = "buyer_money_missing"
    en = "The deal is {state}: the buyer's deposit and balance must be there before goods are picked."
    zh = "该成交当前为 {state}: 买方定金与尾款到位后方可拣货。"


class NothingToPayOut(Refused):
    """More is to be paid out than is owed to the party."""

    code = "nothing_to_pay_out"
    en = "{payable_fen} can be paid out; {asked_fen} is too much."
    zh = "可支付余额为 {payable_fen} 元, {asked_fen} 元过多。"


class PayeeMissing(Refused):
    """No bank account in force."""

    code = "payee_missing"
    en = "The party has no approved bank account in force."
    zh = "该客户没有已批准生效的收款账户。"


class NothingPledged(Refused):
    """There is no pledge whose release could be approved."""

    code = "nothing_pledged"
    en = "These goods are not pledged; no consent is needed."
    zh = "该批货未质押, 无需同意放行。"


class PoolUnfit(Refused):
    """These exits cannot close as one load."""

    code = "pool_unfit"
    en = "One load takes two or more weighed sales of different owners to one buyer at one price."
    zh = "合并结算须为两张以上已过磅的销售出库单: 货主各不相同, 买方与单价相同。"


class ReleaseApprovedAlone(Refused):
    """Four eyes are two people: who agreed for the lender does not close."""

    code = "release_approved_alone"
    en = "You agreed to this release; another person must close the exit."
    zh = "您已批准此次解押放行, 须由另一人办理出库结算。"
