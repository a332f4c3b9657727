"""The whole house on loopback, with real parts and one browser window a person, for the walk of a lot's life."""
