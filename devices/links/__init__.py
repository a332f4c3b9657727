"""Bytes in and out: what a port is to a driver, a port over pyserial, and a port made of a script."""

from devices.links.base import Link, ScriptedLink
from devices.links.serial_link import LineSettings, SerialLink

__all__ = ["LineSettings", "Link", "ScriptedLink", "SerialLink"]
