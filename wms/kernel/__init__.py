"""The kernel: what every room stands on and what knows none of them.

Owns the tables `commands`, `audit_rows` and `outbox`. Holds time, the actor, the error tree, the database's doors,
money and weight arithmetic, evidence digests, idempotency, the outbox and keyset pages. Knows no business word
beyond permissions.
"""
