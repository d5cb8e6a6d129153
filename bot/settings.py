"""Settings: the environment, read once into one frozen value; everything wrong is said together."""

import re
from datetime import tzinfo
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ENV_FILE = Path(".env")

SESSION_KEY_CHARACTERS_MIN = 32

_ADDRESS = re.compile(r"(file://.+|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?|memory://.*)")
_TABLE = re.compile(r"dynamodb://[a-zA-Z0-9_.-]{3,255}/?")


class SettingsError(Exception):
    """Some settings are wrong; the message names each, a line each, with what to do."""


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError("must be like file://./var/site or s3://bucket/prefix")
    return value


def _state_address(value: str) -> str:
    if not (_ADDRESS.fullmatch(value) or _TABLE.fullmatch(value)):
        raise ValueError("must be like file://./var/state, s3://bucket/prefix or dynamodb://table")
    return value


def _origin(value: str) -> str:
    value = value.rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ValueError("must be an origin like https://example.com, without a path")
    return value


def _color(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("must be a colour like #123a5e")
    return value.lower()


def _https(value: str) -> str:
    if not re.fullmatch(r"https://[^\s\"'<>\\]+", value):
        raise ValueError("must be an address that starts with https://")
    return value


def _quiet_hours(value: object) -> object:
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d{1,2})\s*-\s*(\d{1,2})\s*", value)
        if not match or not (0 <= int(match[1]) <= _HOUR_MAX and 0 <= int(match[2]) <= _HOUR_MAX):
            raise ValueError("must be two hours like 21-8 (from 9 pm until 8 am)")
        return (int(match[1]), int(match[2]))
    return value


_HOUR_MAX = 23


def _ids(value: object) -> object:
    if isinstance(value, str):
        words = [word for word in re.split(r"[\s,;]+", value) if word]
        if not all(word.isdigit() for word in words):
            raise ValueError("must be numeric Telegram ids with commas between; @userinfobot tells yours")
        return tuple(int(word) for word in words)
    return value


Address = Annotated[str, AfterValidator(_address)]
StateAddress = Annotated[str, AfterValidator(_state_address)]
Origin = Annotated[str, AfterValidator(_origin)]


class Settings(BaseSettings):
    """All that the environment decides. Field names are the variables' names in lower case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    state: StateAddress = "file://./var/state"
    """Where the state lives: `file://PATH`, `s3://BUCKET/PREFIX` or `dynamodb://TABLE`."""
    site: Address = "file://./var/site"
    """Where the public site and the customers' views live."""
    staging: Address = "file://./var/staging"
    """Where releases are staged."""
    public_url: Origin | None = None
    """The origin that customers see, like `https://track.example.com`."""
    webhook_url: Origin | None = None
    """The origin where Telegram and Twilio reach this service."""
    business_name: str = Field(default="Quickdump", min_length=1, max_length=40)
    """The name in texts and on pages."""
    business_phone: str | None = None
    """The number that customers may call."""
    brand_color: Annotated[str, AfterValidator(_color)] = "#123a5e"
    """The colour of buttons on the pages."""
    brand_logo: Path | None = None
    """A file of the business's logo; our truck where there is none."""
    review_url: Annotated[str, AfterValidator(_https)] | None = None
    """Where a customer may praise a finished job."""
    origin_secret: SecretStr | None = Field(default=None, min_length=16)
    """What CloudFront sends with each request to `/api/`, so that its word on the viewer's address counts."""
    timezone: str = "America/New_York"
    """The business's time zone, like `America/Phoenix`."""
    region: str = Field(default="US", pattern="^[A-Z]{2}$")
    """The country whose phone numbers are meant when none is named."""
    telegram_bot_token: SecretStr | None = None
    """From @BotFather."""
    telegram_webhook_secret: SecretStr | None = None
    """1-256 of A-Z a-z 0-9 _ -; Telegram sends it with each update."""
    telegram_api_url: Origin = "https://api.telegram.org"
    """Another Bot API server."""
    admin_telegram_ids: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_ids)] = ()
    """Who is an admin from the start, with commas between."""
    twilio_account_sid: str | None = Field(default=None, pattern="^AC[0-9a-fA-F]{32}$")
    """From the Twilio console."""
    twilio_auth_token: SecretStr | None = None
    """From the Twilio console; it also signs what Twilio sends."""
    twilio_from: str | None = Field(default=None, pattern=r"^\+[1-9]\d{6,14}$")
    """The number that texts come from, in E.164."""
    twilio_messaging_service_sid: str | None = Field(default=None, pattern="^MG[0-9a-fA-F]{32}$")
    """Instead of TWILIO_FROM."""
    twilio_api_url: Origin | None = None
    """Another Twilio API server."""
    cloudfront_distribution_id: str | None = None
    """The distribution in front of SITE."""
    cloudfront_function: str | None = None
    """The name of its function."""
    cloudfront_kvs_arn: str | None = None
    """The key-value store that holds the session key."""
    session_key: SecretStr | None = None
    """Signs dashboard links; made and kept in ./var for a trial."""
    sms_hold_seconds: int = Field(default=10, ge=0, le=600)
    """How long a status text waits, so that an undo can stop it."""
    quiet_hours: Annotated[tuple[int, int], NoDecode, BeforeValidator(_quiet_hours)] = (21, 8)
    """When no texts go out, unless the job is under way."""
    texts_per_day: int = Field(default=15, ge=1, le=1000)
    """How many texts a number gets within 24 hours at most, answers to its own aside."""
    accept_minutes: int = Field(default=10, ge=1, le=240)
    """How long a driver has to answer a job before he is texted and the dispatcher hears of it."""
    eta_text_minutes: int = Field(default=20, ge=1, le=240)
    """By how much an arrival must change before the customer is texted again."""
    archive_after_days: int = Field(default=30, ge=1)
    """When finished jobs move to the archive."""
    commits_per_second: float | None = Field(default=None, gt=0, le=1000)
    """How often the state is written at most; 5 on s3://, unlimited elsewhere."""

    @classmethod
    def read(cls) -> Self:
        """Return the settings of this process. Raises SettingsError with everything that is wrong."""
        try:
            return cls()
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
            lines = [f"  {_variable(fault['loc'])}{_plain(fault['msg'])}" for fault in faults]
            raise SettingsError("These settings are wrong:\n" + "\n".join(dict.fromkeys(lines))) from error

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("is no known time zone; write it like America/Phoenix") from error
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _sendable_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("must be 1-256 of A-Z a-z 0-9 _ - (Telegram allows no others)")
        return value

    @field_validator("session_key")
    @classmethod
    def _strong_key(cls, value: SecretStr | None) -> SecretStr | None:
        secret = value.get_secret_value() if value else None
        if secret is not None and (len(secret) < SESSION_KEY_CHARACTERS_MIN or not secret.isascii()):
            raise ValueError("must be 32 or more characters of ASCII: make one with 'openssl rand -hex 32'")
        return value

    @field_validator("business_phone")
    @classmethod
    def _real_phone(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        try:
            number = phonenumbers.parse(value, info.data.get("region", "US"))
        except phonenumbers.NumberParseException as error:
            raise ValueError("is no phone number; write it like +16025550100") from error
        if not phonenumbers.is_possible_number(number):
            raise ValueError("is no phone number; write it like +16025550100")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        twilio = [
            self.twilio_account_sid,
            self.twilio_auth_token,
            self.twilio_from or self.twilio_messaging_service_sid,
        ]
        if any(twilio) and not all(twilio):
            raise ValueError(
                "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and one of TWILIO_FROM and "
                "TWILIO_MESSAGING_SERVICE_SID go together: set all of them or none"
            )
        if self.telegram_bot_token and self.webhook_url and not self.telegram_webhook_secret:
            raise ValueError(
                "TELEGRAM_WEBHOOK_SECRET is needed with WEBHOOK_URL: make one with 'openssl rand -hex 24'"
            )
        return self

    @property
    def zone(self) -> tzinfo:
        """The business's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def has_channel(self) -> bool:
        """Whether a real channel is configured."""
        return self.telegram_bot_token is not None or self.twilio_account_sid is not None

    @property
    def has_texts(self) -> bool:
        """Whether texts go anywhere: to the provider, or in a trial to the simulator's phones."""
        return self.twilio_account_sid is not None or not self.has_channel


def _variable(place: tuple[int | str, ...]) -> str:
    return f"{str(place[0]).upper()}: " if place else ""


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")
