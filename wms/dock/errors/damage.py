"""What can be refused about damages and claims."""

from wms.kernel.errors import Invalid, NotFound, Refused


class DamageNotFound(NotFound):
    """No such report, or somebody else's goods."""

    code = "damage_not_found"
    en = "This damage report does not exist, or is not yours to see."
    zh = "货损报告不存在, 或您无权查看。"


class ClaimNotFound(NotFound):
    """No such claim, or somebody else's goods."""

    code = "insurance_claim_not_found"
    en = "This insurance claim does not exist, or is not yours to see."
    zh = "保险索赔不存在, 或您无权查看。"


class DamageInvalid(Invalid):
    """A value makes no sense."""

    code = "damage_invalid"
    en = "What was said about the damage is not valid: {what}."
    zh = "货损填写内容有误: {what}。"


class NotInsured(Refused):
    """No policy covered the room that day."""

    code = "damage_not_insured"
    en = "No insurance policy covered room {room} on {day}."
    zh = "库房 {room} 在 {day} 没有有效保单。"


class DamageHasNoPhoto(Refused):
    """An insurer asks for pictures."""

    code = "damage_has_no_photo"
    en = "A claim needs at least one photo of the damage."
    zh = "索赔至少需要一张货损照片。"


class ClaimFiledAlready(Refused):
    """One damage, one claim."""

    code = "insurance_claim_filed"
    en = "A claim for this damage was filed before."
    zh = "此货损已提出索赔。"


class ClaimStateWrong(Refused):
    """Not at this step."""

    code = "insurance_claim_state"
    en = "The claim is {state}; this step does not follow."
    zh = "索赔状态为 {state}, 不能进行此步。"


class ClaimSamePerson(Refused):
    """Four eyes."""

    code = "insurance_claim_same_person"
    en = "Who wrote the insurer's payment down cannot settle it: another person must."
    zh = "登记赔款的人不能办理结付, 须由另一人办理。"


class ClaimGoodsPledged(Refused):
    """The lender is paid first."""

    code = "insurance_claim_pledged"
    en = "The goods are pledged and the lender is paid first: settle the advance, then the owner."
    zh = "货物已质押, 赔款应先偿还预付货款, 结清后再付货主。"
