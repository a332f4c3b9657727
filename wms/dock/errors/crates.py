"""What can be refused about crates."""

from wms.kernel.errors import Invalid, NotFound, Refused


class CrateTypeNotFound(NotFound):
    """No such type."""

    code = "crate_type_not_found"
    en = "There is no such crate type."
    zh = "没有此筐型。"


class CrateRequestWrong(Invalid):
    """A value makes no sense."""

    code = "crate_request_wrong"
    en = "What was asked about crates is not valid: {what}."
    zh = "筐的登记内容有误: {what}。"


class CrateCodeTaken(Refused):
    """Another type has this code."""

    code = "crate_code_taken"
    en = "There is a crate type {crate} already."
    zh = "筐型 {crate} 已存在。"


class NotEnoughCrates(Refused):
    """The holder has fewer."""

    code = "not_enough_crates"
    en = "{holder} has {units_there} crates of {crate}; {units} were asked."
    zh = "{holder} 现有 {crate} {units_there} 个, 请求 {units} 个。"


class CrateDepositNotDue(Refused):
    """More than is due."""

    code = "crate_deposit_not_due"
    en = "Only {due_fen} yuan of crate deposits are due."
    zh = "应收押金仅 {due_fen} 元。"
