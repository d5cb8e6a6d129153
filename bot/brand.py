"""Brand: what the settings say of how the firm's pages look."""

from pathlib import Path

from pydantic import ValidationError

from bot.settings import Settings, SettingsError
from core.pages import Brand, Logo

LOGO_BYTES_MAX = 100_000
"""More would make every first visit slow."""


def brand_of(settings: Settings) -> Brand:
    """Return what of the firm stands in its pages. Raises SettingsError where the logo can't be used."""
    return Brand(
        name=settings.business_name,
        phone=settings.business_phone,
        color=settings.brand_color,
        logo=_logo(settings.brand_logo) if settings.brand_logo else None,
        review_url=settings.review_url,
    )


def _logo(path: Path) -> Logo:
    try:
        body = path.read_bytes()
        logo = Logo.model_validate({"body": body, "suffix": path.suffix.lower().replace(".jpeg", ".jpg")})
    except OSError as error:
        raise SettingsError(f"BRAND_LOGO: {path} can't be read: {error.strerror}") from error
    except ValidationError as error:
        raise SettingsError(f"BRAND_LOGO: {path} must be an .svg, .png, .jpg or .webp") from error
    if len(body) > LOGO_BYTES_MAX:
        raise SettingsError(f"BRAND_LOGO: {path} has {len(body)} bytes, at most {LOGO_BYTES_MAX} are taken")
    return logo
