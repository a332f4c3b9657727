"""What is refused before any room is asked."""

from wms.kernel.errors import Forbidden, Invalid, Refused


class NotSignedIn(Forbidden):
    """Nobody is signed in."""

    code = "not_signed_in"
    en = "Please sign in."
    zh = "请先登录。"


class ForeignRequest(Forbidden):
    """A changing request that did not come from our own page."""

    code = "foreign_request"
    en = "This request did not come from one of our pages. Reload the page and try again."
    zh = "此请求并非来自本系统页面, 请刷新页面后重试。"


class BodyInvalid(Invalid):
    """The body does not fit its schema; `fields` says where."""

    code = "body_invalid"
    en = "Some fields are not right: {fields}."
    zh = "部分字段有误: {fields}。"


class RequestIdMissing(Refused):
    """A changing request without the id a repeat would be known by."""

    code = "request_id_missing"
    en = "The request needs an id of its own (UUID)."
    zh = "请求须自带编号 (UUID)。"
