"""Instruments and probes: bytes in, values out, and the gateway that carries them to the server. Never imports wms."""
