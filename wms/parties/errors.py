"""What can be refused about parties and people."""

from wms.kernel.errors import Invalid, NotFound, Refused


class PartyNotFound(NotFound):
    """No such party, or not the reader's."""

    code = "party_not_found"
    en = "There is no such party."
    zh = "没有此客户。"


class PersonNotFound(NotFound):
    """No such person."""

    code = "person_not_found"
    en = "There is no such person."
    zh = "没有此人。"


class RowNotFound(NotFound):
    """No such employment, contract, mandate, relation or payee change."""

    code = "party_record_not_found"
    en = "There is no such record: {kind}."
    zh = "没有此记录: {kind}。"


class FieldInvalid(Invalid):
    """A field cannot have this value."""

    code = "party_field_invalid"
    en = "This value is not valid: {field}."
    zh = "此项内容有误: {field}。"


class DatesReversed(Invalid):
    """A period must last at least a day."""

    code = "dates_reversed"
    en = "A period from {from_on} cannot end on {until_on}."
    zh = "从 {from_on} 开始的期限不能在 {until_on} 结束。"


class ContractTermsInvalid(Invalid):
    """A contract term is out of bounds."""

    code = "contract_terms_invalid"
    en = "This contract term is out of bounds: {term}."
    zh = "合同条款超出允许范围: {term}。"


class RelationToItself(Invalid):
    """A party is always related to itself."""

    code = "relation_to_itself"
    en = "A party cannot be related to itself."
    zh = "客户不能与自身登记关联关系。"


class PartyCodeTaken(Refused):
    """Another party has the code."""

    code = "party_code_taken"
    en = "The code {party_code} is taken by another party."
    zh = "编号 {party_code} 已被其他客户使用。"


class EmploymentOverlaps(Refused):
    """A person has one primary employment at a time."""

    code = "employment_overlaps"
    en = "This person already has a primary employment in that time, since {from_on}."
    zh = "此人在该时间已有主要任职, 始于 {from_on}。"


class EmploymentEnded(Refused):
    """The person has no primary employment to leave."""

    code = "employment_ended"
    en = "This person has no current primary employment to leave."
    zh = "此人目前没有可离开的主要任职。"


class ContractOverlaps(Refused):
    """A party has one contract on a day."""

    code = "contract_overlaps"
    en = "Contract {number} already covers part of that time; end it first."
    zh = "合同 {number} 已覆盖该时间, 请先终止。"


class RowEnded(Refused):
    """It was ended before and stays so; the past is not edited."""

    code = "party_record_ended"
    en = "This record has ended already, on {until_on}."
    zh = "此记录已于 {until_on} 终止。"


class PayeeSamePerson(Refused):
    """The person who proposed a payee cannot approve it."""

    code = "payee_same_person"
    en = "A change of payee needs a second person: whoever proposed it cannot approve it."
    zh = "变更收款账户须由另一人复核, 提出人不能自行批准。"


class PayeeDecided(Refused):
    """The change was approved or stopped before."""

    code = "payee_decided"
    en = "This change of payee has been decided already: {decision}."
    zh = "此收款账户变更已有处理结果: {decision}。"


class PayeeTakenEffect(Refused):
    """Too late to stop."""

    code = "payee_taken_effect"
    en = "This payee has been in effect since {effective_at}; propose another."
    zh = "此收款账户已于 {effective_at} 生效, 请另行提出变更。"
