"""The gateway: instruments on one side, MQTT on the other.

``links`` carry bytes, ``frames`` turn bytes into values without any I/O, ``drivers`` give the values their meaning over
time. Nothing here imports the warehouse; the warehouse imports only ``devices.messages``.
"""
