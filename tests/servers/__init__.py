"""Real servers that tests run against, started once for all of them."""
