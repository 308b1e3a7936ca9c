"""The home's settings: `inturn.toml` in the home, overridden by INTURN_* variables. A misspelt one is an error."""

import hashlib
import os
import tomllib
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from data.errors import HomeError

PREFIX = "INTURN_"
#: variables with the prefix that are not settings of a home
NOT_SETTINGS = {"INTURN_HOME", "INTURN_VAULT_KEYS"}
#: settings that no night's result hangs on: what is taken in and kept beside it, and how long is waited
BESIDE = {"sources", "max_reject_share", "vault", "wait_s"}


def known_zone(name: str) -> str:
    """The time zone's name if the machine knows it; ValueError otherwise."""
    if name not in available_timezones():
        raise ValueError(f"no such time zone: {name!r}; names are like 'Asia/Shanghai'")
    return name


class SourceSettings(BaseModel):
    """A source that the night reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    location: str
    mapping: str | None = None


class Settings(BaseSettings):
    """What a home may set; every value has a default that works."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_nested_delimiter="__")

    timezone: str = "Asia/Shanghai"
    #: sources that the nightly DAG ingests
    sources: tuple[SourceSettings, ...] = ()
    #: share of refused rows past which a source stops the night
    max_reject_share: float = Field(default=0.10, ge=0, le=1)
    #: earlier days that the night's model and its p-values are learnt from
    training_days: int = Field(default=28, ge=1, le=366)
    #: share of false findings among the flagged, at most
    false_discovery_rate: float = Field(default=0.05, gt=0, lt=1)
    #: what the inspectors can look into after a night: cases, and bookings drawn at random
    budget: int = Field(default=20, ge=1, le=1_000_000)
    #: share of the budget that is drawn at random, among bookings of no case within the budget
    audit_share: float = Field(default=0.10, ge=0, le=1)
    #: what the draws hang on beside the day: whoever does not know it cannot foresee them
    audit_salt: str = ""
    #: keep citizens and telephones, encrypted, beside their pseudonyms (`data/vault.py`)
    vault: bool = False
    #: memory that one SQL step may hold before it spills to disk
    memory_gb: float = Field(default=1.5, ge=0.2, le=4096)
    #: what measures the bookings: DuckDB in the process, or Spark (docs/scale.md)
    engine: Literal["duckdb", "spark"] = "duckdb"
    #: where Spark is: all cores of this machine, or a cluster's URL
    spark_master: str = "local[*]"
    #: seconds to wait for somebody else who is writing to the home
    wait_s: float = Field(default=600, ge=0)

    def digest(self) -> str:
        """Which settings a night is computed with: the same for the same values."""
        return hashlib.sha256(self.model_dump_json(exclude=BESIDE).encode()).hexdigest()[:16]

    _zone = field_validator("timezone")(known_zone)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before the file; nothing else."""
        return env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(file: Path) -> Settings:
    """Read the settings of a home; `HomeError` names a misspelt or impossible one."""
    known = set(map(_variable, Settings.model_fields))
    strange = sorted(
        name for name in os.environ if name.startswith(PREFIX) and name not in NOT_SETTINGS and name not in known
    )
    if strange:
        raise HomeError(
            f"no such setting: {', '.join(strange)}",
            where="environment",
            next_step=f"Unset it, or use one of {', '.join(sorted(known))}.",
        )

    class _FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    try:
        return _FromFile()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HomeError(f"not TOML: {error}", where=str(file), next_step="Mend that line; it is UTF-8.") from error
    except RecursionError as error:
        raise HomeError("nested too deeply", where=str(file), next_step="Write it with fewer brackets.") from error
    except SettingsError as error:
        field = str(error).split('"')[1]
        raise HomeError(
            f"setting {field!r} cannot be read",
            where=f"environment, {_variable(field)}",
            next_step="Unset it, or write its value as JSON.",
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        name, variable = ".".join(str(part) for part in first["loc"]), _variable(first["loc"][0])
        if variable in os.environ:
            where, next_step = f"environment, {variable}", "Unset it, or mend its value."
        else:
            where, next_step = str(file), f"Settings are {', '.join(Settings.model_fields)}."
        raise HomeError(f"setting {name!r}: {first['msg']}", where=where, next_step=next_step) from error


def _variable(field: str | int) -> str:
    """The variable by which the environment sets a field."""
    return f"{PREFIX}{field}".upper()
