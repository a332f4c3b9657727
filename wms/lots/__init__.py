"""The lots room: what is in the store, whose it is, what it weighs, where it lies, and what stands in its way out.

Owns the tables `gate_tokens`, `deliveries`, `weight_records`, `weighings`, `lots`, `units`, `stock_moves`,
`stock_balances`, `slot_fills`, `lot_holds`, `hold_events`, `inspections`, `put_away_rules`, `lot_policies` and
`day_numbers`. Invariants: for every lot at every instant entry = on hand + out + recorded loss + what was split off, in
units and in grams; no unit is sold twice or pledged twice; no slot holds more than it may; a weight record is claimed
once. Locks go slots, then lots by id, then slot fills. It deliberately does not know charges, deals or loans:
whoever needs goods to stay places a hold, and the room asks only what is held.
"""
