"""What may be wrong with the files in `web/`."""


class PageError(Exception):
    """A file cannot be made into a page; the message names the file and what to do."""
