"""The table of DynamoDB as a home of the state."""
