"""`provision` in words: what an owner reads while the service is set up."""

from core.stack import Change, Deed, Plan

WISHES_ARE_WRONG = "This cannot be set up so:"
DOMAIN_AND_CERTIFICATE = (
    "--domain and --certificate go together: give both, or neither for a cloudfront.net name"
)
EMAIL = "--budget-email: write an address like you@example.com"
SAME_HOST = (
    "--domain: WEBHOOK_URL is on that name, and the pages need one of their own, like track.example.com"
)
CERTIFICATE_ARN = (
    "--certificate: write its ARN, which ACM shows: arn:aws:acm:us-east-1:123456789012:certificate/…"
)
NOTHING_TO_CHANGE = "The stack is as it should be: nothing to change."
REMOVE_FAILED = "Remove what the failed attempt left?"
GO_AHEAD = "Go ahead?"
NOTHING_WAS_DONE = "Nothing was done."
EDGE_STAND_IN = (
    "The edge function changes: until the next 'quickdump deploy' it refuses every page. Deploy right after."
)

_PARTS = {
    "LogBucket": "who looked at which page, for 30 days",
    "SiteBucket": "the pages that customers see",
    "StagingBucket": "releases, before they go live and for a rollback",
    "StateBucket": "the jobs, with their old versions",
    "AWS::Budgets::Budget": "tells you when the month gets dear",
    "AWS::CloudFront::CachePolicy": "how long pages are kept",
    "AWS::CloudFront::Distribution": "the public site, in front of the bucket",
    "AWS::CloudFront::Function": "what runs on each request",
    "AWS::CloudFront::KeyValueStore": "holds the dashboard's session key",
    "AWS::CloudFront::OriginAccessControl": "lets only the site read its bucket",
    "AWS::CloudFront::OriginRequestPolicy": "what /api/* tells the bot",
    "AWS::CloudFront::ResponseHeadersPolicy": "the security headers",
    "AWS::IAM::ManagedPolicy": "what the bot may do, and no more",
    "AWS::IAM::User": "who the bot is, outside AWS",
    "AWS::S3::BucketPolicy": "who may use the bucket",
}
_DEEDS = {Deed.ADD: "+ make", Deed.CHANGE: "~ change", Deed.REPLACE: "! replace", Deed.REMOVE: "- remove"}


def stack_name(name: str) -> str:
    """Say how a stack may be called."""
    return f"--stack: {name!r} cannot be one's name; small letters, digits and hyphens, 32 at most"


def domain(name: str | None) -> str:
    """Say how a domain is written."""
    return f"--domain: {name!r} is no domain; write it like track.example.com"


def certificate_region(region: str) -> str:
    """Say where CloudFront looks for certificates."""
    return (
        f"--certificate: it is in {region}, and CloudFront takes certificates from us-east-1 only, wherever "
        "the rest is: ask ACM in us-east-1 for one"
    )


def webhook(url: str | None) -> str:
    """Say what CloudFront needs of the bot's address."""
    return f"WEBHOOK_URL: CloudFront cannot send /api/* on to {url}: it needs https, a name, and no port"


def plan_heading(plan: Plan, stack: str) -> str:
    """Say what a plan is about."""
    count = len(plan.changes)
    parts = f"{count} part{'' if count == 1 else 's'}"
    return f"A new stack '{stack}', {parts}:" if plan.new else f"The stack '{stack}', {parts} to change:"


def change_line(change: Change) -> tuple[str, str, str]:
    """Return what happens, to what, and what that is."""
    detail = _PARTS.get(change.part) or _PARTS.get(change.kind, change.kind)
    if change.touched:
        detail = f"{detail} ({', '.join(change.touched)})"
    return _DEEDS[change.deed], change.part, detail


def loses(change: Change) -> str:
    """Warn of a part that goes away."""
    return f"{change.part} is {'made anew' if change.deed is Deed.REPLACE else 'taken out'}."


def stays(name: str, here: str, there: str) -> str:
    """Say that a setting of the owner's own stays."""
    return f"{name} stays {here}; the stack's is {there}."


def state_stays(here: str, there: str, jobs: int) -> str:
    """Say that the state stays where it is in use, and how it moves."""
    return (
        f"STATE stays {here}, which is in use ({jobs} job{'' if jobs == 1 else 's'}). To move it, stop the "
        f"service and run: quickdump migrate {here} {there}; then set STATE={there}"
    )


def written(names: tuple[str, ...]) -> str:
    """Say what `.env` has now."""
    return f"into .env: {', '.join(names)}" if names else "nothing new for .env"


def dns(domain_name: str, target: str) -> str:
    """Say what the owner's name service has to be told."""
    return f"At your name service let {domain_name} lead to {target} (a CNAME, or an ALIAS)."


def access_key(user: str, policy: str) -> str:
    """Say how the bot gets in."""
    return (
        f"The bot's own access: aws iam create-access-key --user-name {user}, into its .env; inside AWS give "
        f"its role the policy {policy} instead."
    )


STATE_MADE = "made an empty one"
STATE_THERE = "there already, nothing was changed"
KEY_THERE = "in place already"
KEY_PUT = "put into the key-value store: dashboard links and sessions from before have ended"
TELEGRAM_NOT_SET = "TELEGRAM_BOT_TOKEN is not set"
TELEGRAM_POLLS = "polled by 'quickdump serve': WEBHOOK_URL is not set"
TWILIO_NOT_SET = "TWILIO_ACCOUNT_SID is not set"
TWILIO_NEEDS_WEBHOOK = "WEBHOOK_URL is not set: no text can come in. Set it and run this again"


def calls(url: str) -> str:
    """Say where a provider calls from now on."""
    return f"calls {url}"


def telegram_failed(why: str) -> str:
    """Say that Telegram did not take the address."""
    return f"{why}: check TELEGRAM_BOT_TOKEN and WEBHOOK_URL, then run this again"


def settled_line(part: str, said: str) -> str:
    """Say what became of one part."""
    return f"  {part:<12} {said}"


INTERRUPTED = "Interrupted. AWS goes on with what was begun: run this again to see how far it is."
THEN_DEPLOY = "Next: quickdump deploy"
