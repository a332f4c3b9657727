"""Telemetry's use cases."""
