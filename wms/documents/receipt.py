"""The warehouse receipt as a PDF: every field of it in both languages, and a QR code to its public check page."""

from wms.documents.amounts import kilograms, yuan
from wms.documents.sheet import Sheet, Terms, sheet_pdf
from wms.receipts import Receipt

DELIVER_TO = {"named": "记名 named", "order": "指示 order", "holder": "持有人 holder"}


def receipt_rows(receipt: Receipt) -> list[tuple[str, str, str]]:
    """Return what a receipt says: Chinese term, English term, and the words."""
    size = f"{receipt.variety} {receipt.grade} {receipt.size}".strip()
    return [
        ("保管人", "Keeper", f"{receipt.keeper_name} {receipt.keeper_registration}"),
        ("存货人", "Depositor", f"{receipt.depositor_name} {receipt.depositor_address}"),
        ("交付对象", "Deliver to", DELIVER_TO[receipt.deliver_to]),
        ("货物", "Goods", f"{size} {receipt.colour_pattern} {receipt.bagging} {receipt.marks}".strip()),
        ("件数", "Units", f"{receipt.units:,}"),
        ("入库重量", "Entry weight", f"{kilograms(receipt.entry_grams)} kg"),
        ("称重方式", "Weighed", "仪器过磅 by instrument" if receipt.weighed_by_instrument else "手工录入 typed"),
        ("损耗标准", "Loss standard", f"{receipt.loss_standard_permille / 10:.1f} %"),
        ("储存场所", "Storage place", receipt.storage_place),
        ("储存期间", "Stored", f"{receipt.stored_from_on} – {receipt.valid_until_on}"),
        ("仓储费率", "Charges", receipt.charges_text or "–"),
        ("保险", "Insurance", _insurance(receipt)),
        ("市场价值", "Market value", _value(receipt)),
        ("留置权", "Lien", receipt.lien_text),
        ("保管人利益", "Keeper's interest", receipt.keeper_interest_text),
        ("填发", "Issued", f"{receipt.issued_place} {receipt.issued_on} · {receipt.signed_by_name}"),
    ]


def receipt_pdf(receipt: Receipt, check_url: str) -> bytes:
    """Return the receipt as a PDF of one sheet; `check_url` opens its public check page."""
    return sheet_pdf(
        Sheet(
            title=("仓单", "Warehouse receipt"),
            number=receipt.code,
            issuer=receipt.keeper_name,
            parts=[Terms(receipt_rows(receipt))],
            check_url=check_url,
            signs=(("保管人签章", "Keeper's seal"), ("存货人", "Depositor")),
        )
    )


def _insurance(receipt: Receipt) -> str:
    if receipt.insurance is None:
        return "无 none"
    return f"{receipt.insurance['insurer']} {receipt.insurance['number']} → {receipt.insurance['until_on']}"


def _value(receipt: Receipt) -> str:
    if receipt.market_price is None or receipt.market_value_fen is None:
        return "未知 unknown"
    return f"{receipt.market_price} 元/kg · {yuan(receipt.market_value_fen)} 元"
