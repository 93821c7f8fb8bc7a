"""Settings: from the environment (``COUNCIL_…``) and one file, ``council.toml``; the environment wins."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def _clerk() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


class Settings(BaseSettings):
    """Where the archive lives, where it listens, who records. ``COUNCIL_CONFIG`` names another file."""

    model_config = SettingsConfigDict(env_prefix="COUNCIL_", extra="forbid", frozen=True)

    home: Path = Field(default=Path("var"), description="Folder of the log, the read models and the search index.")
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    database_url: str | None = Field(
        default=None, description="PostgreSQL URL for log and read models; without it they are SQLite files in home."
    )
    clerk: str = Field(default_factory=_clerk, description="Who is written down as having recorded something.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file."""
        file = Path(os.environ.get("COUNCIL_CONFIG", "council.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)

    @property
    def log_path(self) -> Path:
        """The SQLite file of the log."""
        return self.home / "log.db"

    @property
    def views_folder(self) -> Path:
        """The folder of the read models' builds."""
        return self.home / "views"

    @property
    def search_folder(self) -> Path:
        """The folder of the search index."""
        return self.home / "search"
