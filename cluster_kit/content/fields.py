"""The base model and field types of content: ids, texts, dates, and times."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PositiveInt

from cluster_kit.models import FrozenModel

SCHEMA_VERSION = 1

_SLUG = re.compile(r"[a-z][a-z0-9_]*")
_WEB_ADDRESS = re.compile(r"https?://[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}(:\d+)?([/?#][^\s<>\"']*)?")


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError(f"{value!r} is not an id: use small letters, digits and underscores, and begin with a letter")
    return value


def _day(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError(f"must be a day such as 2027-02-16, not {value!r}")
    return value


def _as_of(value: object) -> object:
    """A month or a day, as the day from which it counts."""
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", value):
            raise ValueError(f"must be a month or a day such as 2026-06 or 2026-06-15, not {value!r}")
        return f"{value}-01" if len(value) == len("2026-06") else value
    return value


def _web_address(value: str) -> str:
    if not _WEB_ADDRESS.fullmatch(value):
        raise ValueError(f"must be a web address such as https://www.example.org/page, not {value!r}")
    return value


def _clock_time(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"\d{1,2}:\d{2}", value):
        raise ValueError(f"must be a time such as 13:00, not {value!r}")
    return value.zfill(5)


def _which_session(value: object) -> object:
    if value in ("this", "earlier") or re.fullmatch(r"[1-9]\d*", str(value)):
        return value
    raise ValueError(f"must be this, earlier, or a session's number, not {value!r}")


Slug = Annotated[str, AfterValidator(_slug)]
Text = Annotated[str, Field(min_length=1)]
SchemaVersion = Literal[1]
Day = Annotated[dt.date, BeforeValidator(_day)]
PostalCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
AsOf = Annotated[dt.date, BeforeValidator(_as_of)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
ClockTime = Annotated[dt.time, BeforeValidator(_clock_time)]
WhichSession = Annotated[Literal["this", "earlier"] | PositiveInt, BeforeValidator(_which_session)]


class ContentModel(FrozenModel):
    """The base of content models. Strips white space, and rejects numbers such as ``.inf``."""

    model_config = ConfigDict(str_strip_whitespace=True, allow_inf_nan=False)
