"""Bytes of scales to readings, without any I/O: one file for each protocol, one machine under all of them."""

from devices.frames.framer import FrameOptions, Framer, Protection
from devices.frames.protocols import PROTOCOLS, make_framer
from devices.frames.reading import FLAGS, ScaleReading

__all__ = ["FLAGS", "PROTOCOLS", "FrameOptions", "Framer", "Protection", "ScaleReading", "make_framer"]
