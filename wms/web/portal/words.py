"""What the portal calls claims, states, gates and moves; each is translated where it is shown."""

from wms.web.i18n import note

CLAIM = {
    "costs": note("Costs of enforcement"),
    "storage": note("Storage"),
    "handling": note("Handling"),
    "interest": note("Interest"),
    "principal": note("Repays the advance"),
    "commission": note("Commission"),
}
CHARGE_LINE = {
    "kg_day": note("Storage by day"),
    "month_anniversary": note("Storage by month"),
    "split_month": note("Storage by month"),
    "season_flat": note("Storage for the season"),
    "cap": note("Cap of the season"),
    "minimum": note("Least charge of a lot"),
    "handling_in": note("Handling in"),
    "handling_out": note("Handling out"),
    "crate_rent": note("Rent of crates"),
    "culls": note("Culls until they were sorted out"),
    "carried": note("Carried over from before the sorting"),
    "season_late": note("Late days"),
}
MOVE = {
    "entry": note("Came into the store"),
    "move": note("Moved"),
    "pick": note("Picked"),
    "exit": note("Left the store"),
    "loss": note("Loss of weight"),
    "split_out": note("Split off"),
    "split_in": note("Came from a split"),
    "sort_out": note("Sorted"),
    "sort_in": note("Came from a sorting"),
    "title_out": note("Went to another owner"),
    "title_in": note("Came from another owner"),
    "sample": note("Taken as a sample"),
}
APPOINTMENT = {
    "booked": (note("The truck is expected"), "info"),
    "arrived": (note("The truck came"), "ok"),
    "no_show": (note("Nobody came"), "warn"),
    "cancelled": (note("Given up"), "quiet"),
}
LOAN = {
    "asked": (note("Asked: being judged"), "info"),
    "checked": (note("One person has approved"), "info"),
    "approved": (note("Approved: to be paid out"), "info"),
    "active": (note("Paid out"), "ok"),
    "closed": (note("Repaid"), "quiet"),
    "refused": (note("Refused"), "danger"),
}
LOAN_EVENT = {
    "disbursed": note("Paid out"),
    "accrued": note("Interest added"),
    "paid": note("Repaid"),
}
LEVEL = {
    "normal": (note("In order"), "ok"),
    "warning": (note("Warning"), "warn"),
    "margin_call": (note("Margin call"), "danger"),
    "liquidate": (note("To be sold"), "danger"),
}
EXIT = {
    "open": (note("Ordered"), "info"),
    "quoted": (note("Charges named"), "info"),
    "cleared": (note("Paid: may be picked up"), "ok"),
    "picking": (note("Being picked"), "info"),
    "weighed": (note("Weighed"), "info"),
    "closed": (note("Left the store"), "ok"),
    "void": (note("Given up"), "quiet"),
}
GROUP = {
    "judged": note("Judged right"),
    "kept": note("Kept safe"),
    "sells": note("Sells"),
}
GATE = {
    "price": note("A price to lend on"),
    "inspection": note("A fresh inspection"),
    "weight": note("Weighed by an instrument"),
    "in_store": note("In our store"),
    "no_quarantine": note("Not quarantined"),
    "no_variance": note("Count agrees"),
    "pledged_once": note("Not pledged already"),
    "insurance": note("Insured"),
    "no_critical_alarm": note("No critical alarm"),
    "room_history": note("The room was kept"),
    "turnover": note("These goods are traded"),
}
