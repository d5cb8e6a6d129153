"""What can become of a deploy that does not end well.

DeployError
  NothingDone       refused, or failed before anything of it was live
    Unfit           the site or the function may not be released
    Locked          somebody else deploys now
    Moved           what was confirmed is not what would be done now
    HalfDone        an earlier one was interrupted: finish it or put it back first
    NoRelease       there is no such release to go back to
  PutBack           failed, and the old site and the old function are back
  NotPutBack        failed, and so did putting back: what is live is part old, part new
"""


class DeployError(Exception):
    """A deploy did not end well; the message says what was tried, what is live and what to do."""


class NothingDone(DeployError):
    """Nothing of it was live at any time."""


class Unfit(NothingDone):
    """The site or the function may not be released; each fault is one line of the message."""


class Locked(NothingDone):
    """Somebody else deploys now."""


class Moved(NothingDone):
    """What was confirmed is not what would be done now."""


class HalfDone(NothingDone):
    """An earlier deploy was interrupted."""


class NoRelease(NothingDone):
    """There is no such release."""


class PutBack(DeployError):
    """It failed, and the old site and the old function are back."""


class NotPutBack(DeployError):
    """It failed, and so did putting back."""
