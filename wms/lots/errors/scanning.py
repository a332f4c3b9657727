"""What a scanner may get wrong."""

from wms.kernel.errors import Invalid


class ScanMisread(Invalid):
    """A check digit, a length or an identifier is wrong: misread, or not a code of this kind."""

    code = "scan_misread"
    en = "The code {scanned} was misread: scan it again."
    zh = "条码 {scanned} 读取有误, 请重新扫描。"
