"""The desk: (person, line) -> reply. All channels put their lines here."""

from bot.desk.desk import Desk
from bot.desk.line import Line

__all__ = ["Desk", "Line"]
