"""What the owner wants of the stack, checked before AWS is asked."""

import re
from urllib.parse import urlsplit

from bot.texts import provisioning as words
from core.domain.record import Value

_STACK = re.compile(r"[a-z][a-z0-9-]{0,31}")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate/[A-Za-z0-9-]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_HTTPS_PORT = 443


class WishesError(Exception):
    """Some wishes cannot be; the message names each, a line each, with what to do."""


class Wishes(Value):
    """What was asked for. None: as it was, or the default where there is no stack yet."""

    stack: str = "quickdump"
    domain: str | None = None
    certificate: str | None = None
    budget_email: str | None = None
    budget_usd: int | None = None
    webhook_url: str | None = None
    """Where `/api/*` is sent on to. None: nowhere."""
    state: str = ""
    """The address of the state: where it is a table, the bot gets its rights on it."""

    def parameters(self, origin_secret: str) -> dict[str, str]:
        """Return the template's parameters; what is not in it keeps its value.

        Raises:
            WishesError: some of it cannot be.
        """
        faults = list(self._faults())
        if faults:
            raise WishesError("\n".join([words.WISHES_ARE_WRONG, *(f"  {fault}" for fault in faults)]))
        wanted = {
            "DomainName": self.domain,
            "CertificateArn": self.certificate,
            "BudgetEmail": self.budget_email,
            "BudgetUsd": None if self.budget_usd is None else str(self.budget_usd),
            "BotDomainName": self._bot_host,
            "OriginSecret": origin_secret,
            "StateTable": self._table,
        }
        return {name: value for name, value in wanted.items() if value is not None}

    @property
    def _bot_host(self) -> str:
        return (urlsplit(self.webhook_url).hostname or "") if self.webhook_url else ""

    @property
    def _table(self) -> str:
        scheme, _, rest = self.state.partition("://")
        return rest.removesuffix("/") if scheme == "dynamodb" else ""

    def _faults(self) -> list[str]:
        found = [
            (not _STACK.fullmatch(self.stack), words.stack_name(self.stack)),
            (bool(self.domain) != bool(self.certificate), words.DOMAIN_AND_CERTIFICATE),
            (bool(self.domain) and not _DOMAIN.fullmatch(self.domain or ""), words.domain(self.domain)),
            (bool(self.budget_email) and not _EMAIL.fullmatch(self.budget_email or ""), words.EMAIL),
            (bool(self.domain) and self.domain == self._bot_host, words.SAME_HOST),
            (not self._webhook_fits(), words.webhook(self.webhook_url)),
        ]
        return [fault for wrong, fault in found if wrong] + self._certificate_faults()

    def _certificate_faults(self) -> list[str]:
        if not self.certificate:
            return []
        match = _CERTIFICATE.fullmatch(self.certificate)
        if match is None:
            return [words.CERTIFICATE_ARN]
        return [] if match[1] == "us-east-1" else [words.certificate_region(match[1])]

    def _webhook_fits(self) -> bool:
        """Tell whether CloudFront could send requests on there: it wants https, a name, the usual port."""
        if not self.webhook_url:
            return True
        parts = urlsplit(self.webhook_url)
        named = bool(_DOMAIN.fullmatch(parts.hostname or ""))
        return parts.scheme == "https" and named and parts.port in {None, _HTTPS_PORT}
