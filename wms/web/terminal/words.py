"""What states and kinds are called on the terminal, and in which tone; each is translated where it is shown."""

from wms.web.i18n import note

DELIVERY = {
    "arrived": (note("At the dock"), "info"),
    "gross_weighed": (note("Gross weighed"), "info"),
    "weighed": (note("Weighed"), "info"),
    "completed": (note("Taken in"), "ok"),
    "void": (note("Given up"), "quiet"),
}
DELIVERY_NEXT = {
    "arrived": note("Weigh gross"),
    "gross_weighed": note("Weigh the empty truck"),
    "weighed": note("Make lots"),
    "completed": note("Put away"),
    "void": note("Nothing"),
}
APPOINTMENT = {
    "booked": (note("Expected"), "info"),
    "arrived": (note("Came"), "ok"),
    "no_show": (note("Nobody came"), "warn"),
    "cancelled": (note("Given up"), "quiet"),
}
EXIT = {
    "open": (note("Ordered"), "info"),
    "quoted": (note("Quoted"), "info"),
    "cleared": (note("Cleared"), "info"),
    "picking": (note("Picking"), "info"),
    "weighed": (note("Weighed"), "info"),
    "closed": (note("Closed"), "ok"),
    "void": (note("Given up"), "quiet"),
}
EXIT_NEXT = {
    "open": note("Name the charges"),
    "quoted": note("Clear"),
    "cleared": note("Pick"),
    "picking": note("Weigh out"),
    "weighed": note("Close the exit"),
    "closed": note("Gate pass"),
    "void": note("Nothing"),
}
KIND = {"sale": note("Sale"), "own": note("Own goods taken back"), "transfer": note("Title changes in store")}
BASIS = {
    "paid": note("paid"),
    "netted": note("netted from the sale"),
    "credit": note("credit approved"),
}
PURPOSE = {
    "gross": note("Gross"),
    "tare": note("Empty truck"),
    "net": note("On the platform"),
    "out": note("Out"),
    "reweigh": note("Weighed again"),
    "sort": note("After sorting"),
    "sample": note("Sample"),
}
HOLD = {
    "pledge": (note("Pledged"), "warn"),
    "sale": (note("Sold"), "info"),
    "exit": (note("Leaving"), "info"),
    "quarantine": (note("Quarantined"), "danger"),
    "lien": (note("Lien"), "warn"),
    "count": (note("Being counted"), "warn"),
}
MOVE = {
    "entry": note("Came in"),
    "move": note("Moved"),
    "pick": note("Picked"),
    "exit": note("Left"),
    "loss": note("Loss"),
    "split_out": note("Split off"),
    "split_in": note("Came from a split"),
    "sort_out": note("Sorted"),
    "sort_in": note("Came from a sorting"),
    "title_out": note("Went to another owner"),
    "title_in": note("Came from another owner"),
    "sample": note("Taken as a sample"),
}
KINSHIP = {
    "split": note("Split"),
    "sort": note("Sorted"),
    "title": note("Changed its owner"),
    "return": note("Came back"),
}
WHY_QUARANTINE = {
    "decay": note("Decay"),
    "residue": note("Residue"),
    "damage": note("Damage"),
    "warm": note("Stood too warm"),
    "returned": note("Came back"),
    "sample": note("A sample failed"),
    "other": note("Something else"),
}
RELEASE = {
    "asked": (note("Release asked: somebody else decides"), "warn"),
    "released": (note("Let go"), "ok"),
    "kept": (note("Kept in quarantine"), "danger"),
}
VERDICT = {
    "free": (note("Nothing against it"), "ok"),
    "waiting_too_short": (note("Sprayed too late before harvest"), "danger"),
    "residue_found": (note("Residues over the limit"), "danger"),
}
TOKEN = {
    "waiting": (note("Waiting"), "info"),
    "used": (note("Let in"), "ok"),
    "lost": (note("Number lost"), "warn"),
}
PRINT = {
    "waiting": (note("Waiting"), "info"),
    "stuck": (note("Stuck"), "danger"),
    "sent": (note("Sent to the printer"), "ok"),
    "cancelled": (note("Cancelled"), "quiet"),
}
RECEIPT = {
    "open": (note("Valid"), "ok"),
    "closed": (note("Closed: the goods have left"), "quiet"),
    "split": (note("Replaced by new receipts"), "quiet"),
}
COUNT = {
    "counting": (note("Being counted"), "info"),
    "recounting": (note("Counted again"), "warn"),
    "investigating": (note("Reasons wanted"), "warn"),
    "reviewing": (note("To be reviewed"), "info"),
    "approving": (note("To be approved"), "info"),
    "agreed": (note("Book and floor agree"), "ok"),
    "approved": (note("Differences booked"), "ok"),
    "void": (note("Given up"), "quiet"),
}
COUNT_STEPS = (note("Count"), note("Count again"), note("Find out why"), note("Review"), note("Approve"))
COUNT_STEP = {"counting": 0, "recounting": 1, "investigating": 2, "reviewing": 3, "approving": 4}
COUNT_REASON = {
    "miscounted_at_entry": note("Miscounted when it came in"),
    "misplaced": note("Lies in another slot"),
    "label_wrong": note("Wrong label"),
    "move_not_booked": note("Moved without booking"),
    "exit_not_booked": note("Left without booking"),
    "spoiled": note("Spoiled and thrown away"),
    "missing": note("Not to be found"),
    "found": note("Found again"),
}
LIABILITY = {
    "open": (note("To be decided"), "warn"),
    "accepted": (note("Owed to the owner"), "ok"),
    "waived": (note("Waived"), "quiet"),
}
ROOM = {
    "empty": (note("Empty"), "quiet"),
    "pre_cooling": (note("Pre-cooling"), "info"),
    "filling": (note("Filling"), "info"),
    "sealed": (note("Sealed"), "warn"),
    "under_ca": (note("Under CA"), "warn"),
    "opened": (note("Opened"), "info"),
    "emptying": (note("Emptying"), "info"),
    "goods": (note("Goods inside"), "ok"),
}
SLOT_SHEET = {
    "room": note("The room's code is not right"),
    "row": note("The row is a number from 1 to 99"),
    "bay": note("The bay is a number from 1 to 99"),
    "level": note("The level is a number from 1 to 99"),
    "capacity_kg": note("The capacity in kg is more than nothing, with three places at most"),
    "capacity_units": note("The capacity in units is a whole number from 1"),
    "in_use": note("In use is yes or no"),
    "twice": note("This slot stands in the sheet twice"),
    "no_room": note("There is no such room at this site"),
}
STORAGE = {"ra": note("Cold air"), "ca": note("Controlled atmosphere")}
SIZE_RULE = (("以上", note("and above")), ("起步", note("starting at")), ("", note("exactly")))
OWNER_CLASS = {"grower": "grower", "merchant": "merchant", "store": "own"}

# What the field says, offered first; anything else can be typed.
VARIETIES = ("红富士", "烟富3号", "烟富8号", "嘎啦", "红将军", "国光", "维纳斯黄金")
GRADES = ("一级", "一二级", "二级", "三级", "统货")
COLOURS = ("片红", "条纹", "条红", "黄绿")
BAGGINGS = ("纸袋", "膜袋", "纸加膜", "光果")
LOADING = {
    "open": (note("Being gathered"), "info"),
    "checked": (note("Truck complete"), "ok"),
    "void": (note("Given up"), "quiet"),
}
PICK_ORDER = {
    "fefo": note("What must be gone first"),
    "given": note("As listed here"),
}
SHORT = {
    "missing": note("Not there"),
    "damaged": note("Damaged"),
    "wrong_goods": note("Other goods than the label says"),
    "out_of_reach": note("Out of reach just now"),
}
PAPER = {"invoice": note("Invoice"), "credit_note": note("Credit note"), "exit_order": note("Exit order")}
UNFIT = {
    "storage": note("Another kind of storage"),
    "variety": note("Kept for other varieties"),
    "temperature": note("Too warm or too cold"),
    "ethylene": note("Ethylene: one would ripen the other"),
    "maturity": note("Not firm enough for this room"),
    "uninspected": note("Inspect the lot first: this room takes firm goods only"),
}
