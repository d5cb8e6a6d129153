"""The rules of the business: pure, no I/O, no clock, no randomness; `now` and ids are arguments."""
