"""What every delivery room shares: the house it stands in, who is asking, and one transaction for each request.

Owns no table. Here a cookie or a key becomes an `Actor`, the clock becomes a `Moment`, and an action runs in its one
transaction with its answer kept for a repeat. Deliberately knows no page and no resource.
"""
