"""The archive: finished jobs, in objects that are written once, and how they are found again."""

from core.archive.archive import Archive
from core.archive.archiver import Archiver

__all__ = ["Archive", "Archiver"]
