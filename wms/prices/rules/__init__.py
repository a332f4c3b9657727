"""The room's rules: cells, aggregation, business days, requests. Pure."""
