"""What the pages of e-invoices call lacks, kinds and lines that do not fit."""

from wms.web.i18n import note

LACKS = {
    "seller_tax_number": note("The store has no tax number"),
    "buyer_tax_number": note("The buyer has no tax number"),
    "item_storage": note("Storage has no tax code"),
    "item_handling": note("Handling has no tax code"),
    "original_number": note("The tax bureau's number of the original invoice is not recorded"),
    "below_zero": note("A line is below zero: issue it by hand"),
}
CHARGES = {"storage": note("Storage"), "handling": note("Handling and work")}
DOCUMENTS = {"invoice": note("Invoice, blue letter"), "credit_note": note("Credit note, red letter")}
WHY = {
    "no_heads": note("No line with the heads 单据编号 and 发票号码"),
    "too_long": note("More than 5,000 lines"),
    "empty": note("No line below the heads"),
    "document": note("No number of ours"),
    "number": note("The tax bureau's number has not 20 digits"),
    "day": note("No day"),
    "twice": note("The number or the document stands further up with another"),
    "foreign": note("No document of ours in a batch that stands"),
    "other": note("The document has another number already"),
    "taken": note("The number stands for another document"),
}
