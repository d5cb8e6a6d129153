from tests.fakes.fixtures import bot_api, twilio_api

__all__ = ["bot_api", "twilio_api"]
