"""The gate: what is refused, in both languages."""

from wms.kernel.errors import NotFound, Refused


class GatePassNotFound(NotFound):
    """No gate pass has this code."""

    code = "gate_pass_not_found"
    en = "No gate pass has this code."
    zh = "没有此放行码对应的放行单。"


class GatePassIssued(Refused):
    """One exit has one live pass."""

    code = "gate_pass_issued"
    en = "This exit already has a gate pass; take it back first."
    zh = "本次出库已有放行单, 请先作废。"


class GatePassUsed(Refused):
    """A pass opens the gate once."""

    code = "gate_pass_used"
    en = "This gate pass opens the gate no more: it was used or taken back."
    zh = "放行单已使用或已作废, 不能再次放行。"


class GatePassExpired(Refused):
    """The pass is too old."""

    code = "gate_pass_expired"
    en = "The gate pass expired."
    zh = "放行单已过期。"


class PlateDiffers(Refused):
    """Another truck than the pass names."""

    code = "gate_plate_differs"
    en = "The pass is for the plate {plate}."
    zh = "放行单登记车牌为 {plate}。"


class GateWeightDiffers(Refused):
    """The load weighs more or less than what was weighed out."""

    code = "gate_weight_differs"
    en = "The load weighs {gate_grams} kg; {out_grams} kg were weighed out."
    zh = "车上货重 {gate_grams} 公斤, 出库过磅为 {out_grams} 公斤。"
