"""What billing can refuse."""

from wms.billing.errors.gate import GatePassExpired as GatePassExpired
from wms.billing.errors.gate import GatePassIssued as GatePassIssued
from wms.billing.errors.gate import GatePassNotFound as GatePassNotFound
from wms.billing.errors.gate import GatePassUsed as GatePassUsed
from wms.billing.errors.gate import GateWeightDiffers as GateWeightDiffers
from wms.billing.errors.gate import PlateDiffers as PlateDiffers
from wms.billing.errors.loading import ExitOfOtherTruck as ExitOfOtherTruck
from wms.billing.errors.loading import ExitOnLoading as ExitOnLoading
from wms.billing.errors.loading import LoadIncomplete as LoadIncomplete
from wms.billing.errors.loading import LoadingLineNotFound as LoadingLineNotFound
from wms.billing.errors.loading import LoadingNotFound as LoadingNotFound
from wms.billing.errors.loading import LoadingOver as LoadingOver
from wms.billing.errors.loading import LoadingRequestWrong as LoadingRequestWrong
from wms.billing.errors.loading import LoadNotChecked as LoadNotChecked
from wms.billing.errors.loading import NotOnLoading as NotOnLoading
from wms.billing.errors.loading import PickBeyondList as PickBeyondList
from wms.billing.errors.loading import TruckNotClosed as TruckNotClosed
from wms.billing.errors.loading import UnitScannedTwice as UnitScannedTwice
from wms.billing.errors.tariff import TariffBackdated as TariffBackdated
from wms.billing.errors.tariff import TariffDecided as TariffDecided
from wms.billing.errors.tariff import TariffLinesInvalid as TariffLinesInvalid
from wms.billing.errors.tariff import TariffLocked as TariffLocked
from wms.billing.errors.tariff import TariffMissing as TariffMissing
from wms.billing.errors.tariff import TariffNotFound as TariffNotFound
from wms.billing.errors.tariff import TariffRateInvalid as TariffRateInvalid
from wms.billing.errors.tariff import TariffsDiffer as TariffsDiffer
from wms.kernel.errors import Forbidden, Invalid, NotFound, Refused


class ExitNotFound(NotFound):
    """No such exit order, or not yours."""

    code = "exit_not_found"
    en = "There is no exit order {exit_id}."
    zh = "没有出库单 {exit_id}。"


class InvoiceNotFound(NotFound):
    """No such invoice, or not yours."""

    code = "invoice_not_found"
    en = "There is no invoice {invoice_id}."
    zh = "没有账单 {invoice_id}。"


class CreditNotFound(NotFound):
    """No such credit request."""

    code = "credit_not_found"
    en = "There is no credit request {request_id}."
    zh = "没有挂账申请 {request_id}。"


class PaperNotFound(NotFound):
    """No paper of this house has this id."""

    code = "paper_not_found"
    en = "No paper of this house has this code."
    zh = "本库没有此编码的单据。"


class UnitsInvalid(Invalid):
    """An exit takes at least one unit."""

    code = "exit_units_invalid"
    en = "An exit takes at least one whole unit, not {units}."
    zh = "出库至少一个整件, 不能是 {units}。"


class LotBeingBilled(Refused):
    """An exit of the lot is billed and has not left: its goods and charges stay as billed until it closes."""

    code = "lot_being_billed"
    en = "An exit of lot {lot} is billed and has not left yet; close it first."
    zh = "批次 {lot} 有已开账单但尚未出库的出库单, 请先办结。"


class ExitKindInvalid(Invalid):
    """A sale names its deal and an own withdrawal names none."""

    code = "exit_kind_invalid"
    en = "An exit for a sale names its deal; an own withdrawal names none."
    zh = "销售出库须注明成交单; 自提出库不得注明。"


class TransferPartyInvalid(Invalid):
    """Goods in store change to another party that may own them."""

    code = "transfer_party_invalid"
    en = "Goods change to another grower, merchant, buyer or the store itself, and only a transfer names who."
    zh = "货权只能过户给其他果农、客商、采购商或仓库自身, 且只有过户单须注明受让方。"


class ExitIsTransfer(Refused):
    """Nothing is picked, weighed or driven out when title changes in store."""

    code = "exit_is_transfer"
    en = "This is a transfer of title in store: nothing is picked, and nothing leaves through the gate."
    zh = "这是库内过户单: 货物不出库, 无需拣货和放行。"


class InvoiceDay(Invalid):
    """Charges are billed up to today, neither earlier nor later."""

    code = "invoice_day"
    en = "An invoice is for today, not for {on}."
    zh = "账单日期须为今天, 不能是 {on}。"


class AmountInvalid(Invalid):
    """An amount must be more than nothing."""

    code = "billing_amount_invalid"
    en = "The amount must be more than nothing, not {amount_fen} yuan."
    zh = "金额必须大于零, 不能是 {amount_fen} 元。"


class CollectorMissing(Invalid):
    """Goods leave with somebody, on something."""

    code = "exit_collector_missing"
    en = "An exit names who collects the goods and the plate of the truck."
    zh = "出库须登记提货人和车牌。"


class ReasonMissing(Invalid):
    """A correction without a reason is none."""

    code = "credit_note_reason_missing"
    en = "A credit note needs a reason."
    zh = "贷项通知单须注明原因。"


class PersonUnknown(Forbidden):
    """Four eyes need two people the house knows."""

    code = "billing_person_unknown"
    en = "This needs a person behind the account; a machine's account may not."
    zh = "此操作需要由具名人员完成, 机器账号不可。"


class SamePerson(Forbidden):
    """Who asked may not approve, whatever account they use."""

    code = "billing_same_person"
    en = "The person who asked may not also approve."
    zh = "申请人不得自行审批。"


class ExitStep(Refused):
    """The exit order is not at the step this needs."""

    code = "exit_step"
    en = "An exit order that is {state} does not allow: {event}."
    zh = "出库单状态为 {state}, 不允许: {event}。"


class UnitsNotSold(Refused):
    """The deal holds fewer units of the lot than the exit asks for."""

    code = "exit_units_not_sold"
    en = "The deal holds {units_left} units of this lot, fewer than {units}."
    zh = "该成交单在本批次仅余 {units_left} 件, 少于 {units} 件。"


class NotWeighedOut(Refused):
    """No outgoing weighing of this exit counts."""

    code = "exit_not_weighed"
    en = "Nothing was weighed out for this exit."
    zh = "本次出库尚无出库过磅。"


class NotTakenOut(Refused):
    """The stock ledger does not show the goods as gone."""

    code = "exit_not_taken_out"
    en = "The stock ledger shows {units_out} units gone by this exit, not {units}."
    zh = "库存账显示本次出库 {units_out} 件, 应为 {units} 件。"


class QuoteExpired(Refused):
    """The quoted charges were good until midnight."""

    code = "exit_quote_expired"
    en = "The quoted charges were for {quoted_on}; ask for a new quote."
    zh = "报价为 {quoted_on} 当日有效, 请重新报价。"


class ChargesOpen(Refused):
    """The books do not show the charges as paid."""

    code = "charges_open"
    en = "Charges of {open_fen} yuan are open."
    zh = "尚有 {open_fen} 元费用未结清。"


class MoneyHeldShort(Refused):
    """The money held does not cover the charges."""

    code = "netting_hold_too_small"
    en = "The money held does not cover charges of {charges_fen} yuan."
    zh = "冻结款项不足以抵扣 {charges_fen} 元费用。"


class CreditMissing(Refused):
    """No approved, unused, unexpired credit covers this exit."""

    code = "credit_missing"
    en = "No approved credit covers charges of {charges_fen} yuan for this exit."
    zh = "没有有效挂账额度覆盖本次出库费用 {charges_fen} 元。"


class CreditDecided(Refused):
    """The request was decided, used or expired before."""

    code = "credit_decided"
    en = "The credit request is already {state}."
    zh = "挂账申请状态已为 {state}。"


class CreditLimitReached(Refused):
    """The party would owe more than its limit."""

    code = "credit_limit_reached"
    en = "This would bring open charges to {owed_fen} yuan, over the limit of {limit_fen} yuan."
    zh = "挂账后欠费将达 {owed_fen} 元, 超过额度 {limit_fen} 元。"


class ExitBilled(Refused):
    """Something was billed, so the exit cannot simply be given up."""

    code = "exit_billed"
    en = "The exit was billed; it can be corrected only by a credit note."
    zh = "本次出库已开账单, 只能以贷项通知单更正。"


class WeighingForeign(Refused):
    """The weighing is not an outgoing one of this exit, or is in use."""

    code = "weighing_foreign"
    en = "The weighing {weighing_id} is not an outgoing weighing of this exit."
    zh = "过磅单 {weighing_id} 不是本次出库的出库过磅。"


class JournalUnfit(Refused):
    """The journal does not credit the owner's fee accounts by this much."""

    code = "journal_unfit"
    en = "The journal does not settle charges of {charges_fen} yuan."
    zh = "该分录不足以结清 {charges_fen} 元费用。"


class CreditNoteTooLarge(Refused):
    """No more can be taken back than was billed."""

    code = "credit_note_too_large"
    en = "Of this invoice {storage_fen} yuan of storage and {handling_fen} yuan of handling can be taken back."
    zh = "该账单最多可冲减仓储费 {storage_fen} 元, 装卸费 {handling_fen} 元。"


class PaymentTwice(Refused):
    """The same payment reference was recorded before."""

    code = "payment_twice"
    en = "The {method} payment {reference} is already recorded."
    zh = "{method} 付款 {reference} 已登记。"


class WorkNotPriced(Refused):
    """The lot's tariff has no price for this work."""

    code = "work_not_priced"
    en = "The tariff of this lot has no price for {work}."
    zh = "该批次的费率没有“{work}”这项作业的价格。"


class AllocationInvalid(Invalid):
    """Parts of a payment that are not more than nothing, or more than was paid, or not open."""

    code = "allocation_invalid"
    en = "The parts of a payment must each be open on an invoice of this party and together no more than was paid."
    zh = "付款分配的每一笔须为该客户账单的未结金额, 合计不得超过所付金额。"


class ReferenceMissing(Invalid):
    """Money that did not come in cash has a number the bank or wallet gave it."""

    code = "payment_reference_missing"
    en = "A payment by {method} needs its reference."
    zh = "以 {method} 方式收款须填写交易号。"


class QuoteUnfit(Invalid):
    """A stay nobody can have."""

    code = "quote_unfit"
    en = "A quote needs at least one unit with a weight, and a day out not before the day in, three years at most."
    zh = "试算须有件数与重量, 出库日不得早于入库日, 最长三年。"


class PeriodInvalid(Invalid):
    """A period that ends before it begins, or is longer than three years."""

    code = "period_invalid"
    en = "The period from {from_on} to {to_on} must not end before it begins, nor be longer than three years."
    zh = "期间 {from_on} 至 {to_on} 无效: 止日不得早于起日, 最长三年。"
