"""Those who watch: rooms and devices in the control room, the desk's front page and the books."""

import re

from tests.browser.walk.person import Person


def watch_rooms(manager: Person) -> None:
    """See the rooms' air as the gateway tells it, one room's curves, the alarms and the devices."""
    air = manager.page.get_by_text(re.compile(r"\d\.\d")).first
    manager.until("/control", lambda: air)
    manager.speaks()
    manager.shoot("control")
    room = manager.page.locator("main a[href*='/control/rooms/']").first.get_attribute("href")
    assert room is not None
    manager.open(room)
    manager.speaks()
    manager.shoot("control-room")
    manager.open("/control/alarms")
    manager.shoot("control-alarms")
    manager.open("/control/devices")
    manager.speaks()
    manager.sees("gw-demo", "dock-1", "truck-1")
    manager.shoot("control-devices")


def look_at_the_desk(cashier: Person) -> None:
    """See what waits at the desk, and the books."""
    for path, picture in (("/desk", "desk"), ("/desk/loans", "loans"), ("/desk/deals", "deals"), ("/desk/exits", "")):
        cashier.open(path)
        cashier.speaks()
        if picture:
            cashier.shoot(picture)
    cashier.open("/desk/books")
    cashier.speaks()
    cashier.shoot("books")
