"""What e-invoicing refuses."""

from wms.kernel.errors import Invalid, NotFound, Refused


class ItemInvalid(Invalid):
    """A tax item without a name, or whose code has not 19 digits."""

    code = "einvoice_item_invalid"
    en = "A tax item needs a category, a name and a classification code of 19 digits."
    zh = "开票项目须填写税收分类简称、项目名称和 19 位税收分类编码。"


class TitleInvalid(Invalid):
    """A tax number that is none."""

    code = "einvoice_title_invalid"
    en = "{tax_number} is no tax number: 15 to 20 digits and capital letters."
    zh = "{tax_number} 不是有效的纳税人识别号 (15 至 20 位数字和大写字母)。"


class PeriodUnfit(Invalid):
    """A period that ends before it begins, or has not come."""

    code = "einvoice_period_unfit"
    en = "The period from {from_on} to {to_on} must end after it begins, and no later than today."
    zh = "期间 {from_on} 至 {to_on} 有误: 止日不得早于起日, 也不得晚于今日。"


class NothingToExport(Refused):
    """No document of the period is complete and waits."""

    code = "einvoice_nothing_to_export"
    en = "Nothing of this period can be exported: {lacking} documents lack something, the others are exported."
    zh = "该期间没有可导出的单据: {lacking} 张资料不全, 其余均已导出。"


class BatchNotFound(NotFound):
    """No such batch."""

    code = "einvoice_batch_not_found"
    en = "There is no e-invoice batch {batch_id}."
    zh = "开票批次 {batch_id} 不存在。"


class BatchWithdrawn(Refused):
    """The batch was withdrawn."""

    code = "einvoice_batch_withdrawn"
    en = "Batch {number} was withdrawn: {reason}."
    zh = "批次 {number} 已撤回: {reason}。"


class BatchNumbered(Refused):
    """The tax bureau has issued an invoice of the batch."""

    code = "einvoice_batch_numbered"
    en = "Batch {number} stays: the tax bureau gave {documents} of its documents a number."
    zh = "批次 {number} 不能撤回: 其中 {documents} 张单据已取得税务局发票号码。"


class NumberNotFound(NotFound):
    """The tax bureau's number of the document is not known."""

    code = "einvoice_number_not_found"
    en = "The tax bureau's number of {document_id} is not known."
    zh = "单据 {document_id} 尚无税务局发票号码。"


class EinvoiceReasonMissing(Invalid):
    """A reason is needed."""

    code = "einvoice_reason_missing"
    en = "Please say why."
    zh = "请填写原因。"


class NumbersUnfit(Invalid):
    """A file of numbers with lines that do not fit."""

    code = "einvoice_numbers_unfit"
    en = "Nothing was recorded: {bad} lines do not fit, the first is line {line}."
    zh = "未作任何登记: {bad} 行不符, 首行为第 {line} 行。"
