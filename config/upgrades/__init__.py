"""Changes of tables while the release before still serves: operations, and rules for them."""
