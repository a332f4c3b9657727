"""The board's rules: ranking, conditional prices, deal states, the buyer's money. Pure."""
