"""The room's rules: tariffs, charges, states and requests. Pure."""
