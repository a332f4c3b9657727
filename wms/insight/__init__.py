"""The insight room: reports that look across rooms, and the proof that everything adds up.

Owns no table and changes nothing. Invariant: what it says is read from the other rooms at the moment of asking.
Deliberately does not know how anything is done: it knows only what stands.
"""

from wms.insight.queries import Report, Vitals, verify, vitals

__all__ = ["Report", "Vitals", "verify", "vitals"]
