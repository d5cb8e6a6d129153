from tests.fakes.fixtures import bot_api

__all__ = ["bot_api"]
