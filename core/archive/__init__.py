"""The archive: finished jobs, in objects that are written once, and how they are found again."""

from core.archive.archive import Archive, Search
from core.archive.archiver import Archiver
from core.archive.eraser import Eraser

__all__ = ["Archive", "Archiver", "Eraser", "Search"]
