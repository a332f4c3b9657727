"""Temperature, humidity and gas probes: what they answer, what of it is a measurement, and what is not.

Owns the profiles (one TOML file a model), the bus, the rules by which a value is doubted. A doubted value is marked,
never silently dropped; a sentinel of a broken probe is no value. Knows nothing of the spool or the broker.
"""
