"""What the pages of the bank call bad rows, reasons and sources."""

from wms.web.i18n import note

WHY = {
    "no_heads": note("No line with the heads of day and amount; name the columns below"),
    "too_long": note("More than 20,000 lines; export a shorter period"),
    "empty": note("No entry in the file"),
    "day": note("No day"),
    "amount": note("No amount, or none in yuan, or both sides at once"),
    "balance": note("No balance"),
    "chain": note("The balance does not follow from the line before"),
    "hostile": note("The document declares types or entities, which no bank's statement does"),
    "no_camt": note("No camt.053 statement"),
    "several": note("More than one statement in the file"),
    "sum": note("Opening balance and entries are not the closing balance; type the balances where the file has none"),
    "account": note("The file does not say the account; type its number"),
}
BECAUSE = {
    "number": note("invoice number in the text"),
    "amount": note("exact amount"),
    "sum": note("exact sum of several invoices"),
    "account": note("account of the payer"),
    "payer": note("name of the payer"),
}
ITEM = {"charge": note("Charge of the bank"), "interest": note("Interest of the bank")}
FIELDS = {
    "booked_on": note("Day"),
    "credit": note("Money in"),
    "debit": note("Money out"),
    "amount": note("Amount"),
    "side": note("In or out"),
    "other_name": note("Name of the other side"),
    "other_account": note("Account of the other side"),
    "text": note("Text"),
    "reference": note("Bank's number"),
    "balance": note("Balance after it"),
}
