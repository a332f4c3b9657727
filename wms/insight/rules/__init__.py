"""Rules of the room: pure values and arithmetic, one file per subject."""
