"""Instruments that are not there: real pseudo-terminals behind which scales settle and rooms breathe.

For training clerks, for the demo and for the tests of the gateway. Shares no code with what it is read by: frames, CRC
and commands are built here a second time, so that a mistake on one side cannot hide itself on the other.
"""
