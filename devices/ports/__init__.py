"""One thread a serial port: each watches what is plugged in there and tells the recorder. None knows of another."""
