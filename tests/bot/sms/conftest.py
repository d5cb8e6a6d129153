from tests.fakes.fixtures import twilio_api

__all__ = ["twilio_api"]
