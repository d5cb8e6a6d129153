"""Decide: (state, request, now) -> events, or a refusal. The rules of the business."""

from core.domain.decide.request import Fresh, Request
from core.domain.decide.table import decide

__all__ = ["Fresh", "Request", "decide"]
