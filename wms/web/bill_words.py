"""What disputes of invoices are called, in the words every workplace uses."""

from wms.web.i18n import note

LINE = {
    "whole": note("The whole invoice"),
    "storage": note("Storage"),
    "handling": note("Handling and work"),
}
GROUND = {
    "weight": note("The weight is wrong"),
    "days": note("The days are wrong"),
    "rate": note("The rate is wrong"),
    "work": note("Work that was not done or not ordered"),
    "twice": note("Billed twice, or paid already"),
    "other": note("Something else"),
}
STATE = {
    "open": (note("Disputed, open"), "warn"),
    "upheld": (note("Upheld"), "ok"),
    "refused": (note("Not upheld"), "quiet"),
}
RAISED_BY = {"party": note("by the party itself"), "desk": note("at the desk")}
