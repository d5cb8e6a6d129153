"""Booking: what the booking pages send, judged by the server."""
