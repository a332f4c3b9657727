"""What can be refused about goods taken in, their sprays, and photos."""

from wms.kernel.errors import Invalid, NotFound, Refused


class PhotoNotFound(NotFound):
    """No such photo, or not for this reader."""

    code = "photo_not_found"
    en = "This photo does not exist, or is not yours to see."
    zh = "照片不存在, 或您无权查看。"


class PhotoSubjectNotFound(NotFound):
    """What the photo shows is not there, or somebody else's."""

    code = "photo_subject_not_found"
    en = "What this photo shows does not exist, or is not yours to see."
    zh = "照片所属的对象不存在, 或您无权查看。"


class PhotoUnreadable(Invalid):
    """Not a JPEG, PNG or WebP, damaged, or too large."""

    code = "photo_unreadable"
    en = "This is no photo that can be kept: JPEG, PNG or WebP up to {most_mb} MB ({why})."
    zh = "无法保存此照片: 请用 {most_mb} MB 以内的 JPEG、PNG 或 WebP ({why})。"


class TooManyPhotos(Refused):
    """So many are enough."""

    code = "too_many_photos"
    en = "There are {most} photos of this already."
    zh = "已有 {most} 张照片, 不能再加。"


class RefusalInvalid(Invalid):
    """A value of the refusal makes no sense."""

    code = "refusal_invalid"
    en = "The refusal is not valid: {what}."
    zh = "拒收内容有误: {what}。"


class TreatmentInvalid(Invalid):
    """A value of the spray or of the result makes no sense."""

    code = "treatment_invalid"
    en = "What was written down is not valid: {what}."
    zh = "填写内容有误: {what}。"
