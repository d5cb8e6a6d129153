"""The grammar: a typed line becomes a command, a query, or what is missing."""
