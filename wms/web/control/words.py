"""What the control room calls states, events, kinds of readings and alarms."""

from wms.web.i18n import note

ROOM = {
    "empty": note("Empty"),
    "pre_cooling": note("Pre-cooling"),
    "filling": note("Filling"),
    "sealed": note("Sealed"),
    "under_ca": note("Under controlled atmosphere"),
    "opened": note("Opened"),
    "emptying": note("Emptying"),
}
EVENT = {
    "pre_cool": note("Start pre-cooling"),
    "fill": note("Start filling"),
    "seal": note("Seal"),
    "start_ca": note("Start the controlled atmosphere"),
    "open": note("Open"),
    "start_emptying": note("Start emptying"),
    "emptied": note("It is empty"),
}
KIND = {
    "temperature": note("Temperature"),
    "humidity": note("Humidity"),
    "co2": note("Carbon dioxide"),
    "o2": note("Oxygen"),
    "door": note("Door"),
    "defrost": note("Defrost"),
    "fault": note("Fault"),
}
SEVERITY = {"warning": (note("warning"), "warn"), "critical": (note("critical"), "danger")}
ALARM = {
    "pending": (note("Waits for its delay"), "info"),
    "active": (note("Standing"), "danger"),
    "acknowledged": (note("Answered, still standing"), "warn"),
    "cleared": (note("Over, not answered"), "warn"),
    "over": (note("Over"), "quiet"),
}
QUALITY = {"stale": note("stale"), "bad": note("bad"), "out_of_range": note("out of range"), "error": note("error")}
CLOCK = {
    "ntp": (note("set by the network"), "ok"),
    "rtc": (note("by its own battery"), "warn"),
    "free": (note("not set"), "danger"),
}
WAITING = {
    "unknown": note("its sensor to be adopted"),
    "future": note("a stamp in the future to be believed"),
    "clock": note("its gateway's clock to be set"),
}
PORT = {
    "ok": note("answers"),
    "starting": note("starting"),
    "silent": note("silent"),
    "lost": note("connection lost"),
    "dead": note("its reader has stopped"),
}
STORAGE = {"ra": note("cold air"), "ca": note("controlled atmosphere")}
UNIT = {"temperature": "°C", "humidity": "%", "co2": "%", "o2": "%"}
