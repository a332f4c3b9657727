"""Changes of the room, one file per use case."""
