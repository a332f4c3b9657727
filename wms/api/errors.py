"""What the interface itself refuses."""

from wms.kernel.errors import Invalid, Refused


class Conflict(Refused):
    """A rule of the database was broken by what came first from elsewhere."""

    code = "conflict"
    en = "This conflicts with what is already recorded."
    zh = "与已有记录冲突。"


class ValueOutOfRange(Invalid):
    """A value the database cannot hold."""

    code = "value_out_of_range"
    en = "A value is too large, too long or has characters that cannot be kept."
    zh = "某个值过大、过长或含有无法保存的字符。"


class RequestIdDiffers(Invalid):
    """Header and body name two ids."""

    code = "request_id_differs"
    en = "The id in the body and the header Idempotency-Key must be the same UUID."
    zh = "正文中的编号与请求头 Idempotency-Key 必须是同一个 UUID。"


class BasisNotOffered(Refused):
    """Clearing on a basis that follows from a sale."""

    code = "basis_not_offered"
    en = "The exit of a sale is cleared by the sale's own money, not by {basis}."
    zh = "销售出库须以该笔交易的款项放行, 不能用 {basis}。"


class SecondPersonMissing(Refused):
    """What needs two people came with one."""

    code = "second_person_missing"
    en = "This needs a second person: send their own API key in the header X-Second-Person."
    zh = "此操作需要第二人: 请在请求头 X-Second-Person 中附上其本人的 API 密钥。"
