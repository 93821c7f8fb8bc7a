"""Settings: from the environment (``COUNCIL_…``) and one file, ``council.toml``; the environment wins."""

from __future__ import annotations

import getpass
import os
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

if TYPE_CHECKING:
    from api.graphql.limits import Limits
    from api.graphql.operations import Caps
    from api.terms import Terms


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
    answers: int = Field(
        default=32_000_000, ge=0, description="Bytes of GraphQL answers that each server process keeps; 0 keeps none."
    )
    exports: int = Field(
        default=256_000_000, ge=0, description="Bytes of exports that each server process keeps on disk; 0 keeps none."
    )
    searches: int = Field(default=100_000, ge=0, description="Standing searches that are kept at most.")
    citations: int = Field(default=100_000, ge=0, description="Citations that are kept at most.")
    persisted: int = Field(default=10_000, ge=0, description="GraphQL documents that can be registered at most.")
    persisted_only: bool = Field(
        default=False, description="Answer registered GraphQL documents only, except to those who bear a good token."
    )
    subscriptions_total: int = Field(default=1_000, ge=0, description="Subscriptions open at once in one process.")
    subscriptions_socket: int = Field(default=100, ge=1, description="Operations at once on one WebSocket.")
    subscriptions_address: int = Field(
        default=100, ge=1, description="WebSockets and event streams of GraphQL open at once from one address."
    )
    subscriptions_origins: str = Field(
        default="", description="Pages of other sites that may open a WebSocket: their origins, parted by commas; or *."
    )
    clerk: str = Field(default_factory=_clerk, description="Who is written down as having recorded something.")
    oidc_issuer: str | None = Field(
        default=None, description="Address of an OpenID Connect issuer whose tokens may write; without it, only ours."
    )
    oidc_audience: str | None = Field(
        default=None, validate_default=True, description="Whom the issuer's tokens must be for: their `aud`."
    )
    oidc_jwks: str | None = Field(
        default=None, description="Address of the issuer's keys; without it, the issuer's discovery document names it."
    )
    oidc_claim: str = Field(
        default="scope", min_length=1, description="The claim that holds scopes or roles, such as realm_access.roles."
    )

    points: int = Field(
        default=50_000, ge=0, description="Points a client may spend on GraphQL in an hour; 0 counts nobody's."
    )
    proxies: str = Field(
        default="127.0.0.1,::1",
        description="Addresses or networks of proxies that are believed whom they speak for, parted by commas.",
    )
    answer_seconds: float = Field(
        default=10.0, ge=0, le=3_600, description="Seconds a GraphQL answer may take; 0 sets no end."
    )
    slow_seconds: float = Field(
        default=1.0, ge=0, description="Seconds from which on an answer is logged as slow; 0 logs none for that."
    )
    cors: str = Field(
        default="*", description="Origins whose pages may read, parted by commas; * is all, nothing is none."
    )
    body_seconds: float = Field(
        default=20.0, gt=0, le=3_600, description="Seconds that the head of a request, then its body, may take."
    )
    head_bytes: int = Field(default=32_768, ge=1_024, le=1_000_000, description="Bytes of a request's head.")

    limit_body: int = Field(default=100_000, ge=1_000, description="Bytes of a GraphQL request.")
    limit_tokens: int = Field(default=1_000, ge=10, description="Tokens of its document.")
    limit_nesting: int = Field(default=60, ge=10, le=200, description="Brackets open at once in the document.")
    limit_depth: int = Field(default=12, ge=1, le=60, description="Levels of fields.")
    limit_introspection: int = Field(default=15, ge=1, le=60, description="Levels where the schema is asked for.")
    limit_fields: int = Field(default=400, ge=1, description="Fields once fragments are expanded.")
    limit_aliases: int = Field(default=30, ge=0, description="Fields with a name of the client's own.")
    limit_roots: int = Field(default=10, ge=1, description="Fields at the root.")
    limit_searches: int = Field(default=10, ge=0, description="Searches in one request.")
    limit_nodes: int = Field(default=10_000, ge=100, description="Objects that the answer could hold.")
    limit_overlap: int = Field(default=20_000, ge=100, description="Pairs of fields of one response name to compare.")

    search_url: str | None = Field(
        default=None,
        description="Addresses of an Elasticsearch cluster, parted by commas; without it, search is a folder in home.",
    )
    search_index: str = Field(
        default="council",
        pattern=r"^[a-z0-9][a-z0-9._]{0,99}$",
        description="Name of the index in the cluster; others of its own begin with it and a hyphen.",
    )
    search_api_key: SecretStr | None = Field(default=None, description="API key of the cluster, encoded.")
    search_ca: Path | None = Field(default=None, description="Certificate that the cluster's own is signed by (PEM).")
    search_timeout: float = Field(default=10.0, gt=0, le=600, description="Seconds a request to the cluster may take.")
    search_replicas: int | None = Field(
        default=None,
        ge=0,
        le=20,
        description="Copies of the index beside the first; without it, one as soon as there is a second server.",
    )

    @field_validator("search_url")
    @classmethod
    def _addresses(cls, told: str | None) -> str | None:
        for address in (told or "").split(",") if told else ():
            parts = urlsplit(address.strip())
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError(f"{address.strip()!r} is no address such as https://search.example.org:9200")
        return told

    @field_validator("cors")
    @classmethod
    def _origins(cls, told: str) -> str:
        for origin in (part.strip() for part in told.split(",")):
            parts = urlsplit(origin)
            if origin not in ("", "*") and f"{parts.scheme}://{parts.netloc}" != origin:
                raise ValueError(f"{origin!r} is no origin such as https://data.example.org, and not *")
        return told

    @field_validator("proxies")
    @classmethod
    def _networks(cls, told: str) -> str:
        for network in (part.strip() for part in told.split(",")):
            try:
                ip_network(network or "::1")
            except ValueError as error:
                raise ValueError(f"{error}: name addresses or networks such as 10.0.0.0/8") from error
        return told

    @field_validator("search_ca")
    @classmethod
    def _readable(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError(f"there is no file {path}: it must name the cluster's certificate")
        return path

    @field_validator("oidc_issuer", "oidc_jwks")
    @classmethod
    def _fetched_safely(cls, address: str | None) -> str | None:
        from api.oidc import safe

        if address is not None and not safe(address):
            raise ValueError("must be an https address (http only on this machine)")
        return address

    @field_validator("oidc_audience")
    @classmethod
    def _goes_with_the_issuer(cls, audience: str | None, known: ValidationInfo) -> str | None:
        if known.data.get("oidc_issuer") and not audience:
            raise ValueError("COUNCIL_OIDC_ISSUER is set, so the audience of its tokens must be, too")
        return audience

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
    def limits(self) -> Limits:
        """What one GraphQL request may cost."""
        from api.graphql.limits import Limits  # with graphql-core, which most commands do without

        return Limits(**{name: getattr(self, f"limit_{name}") for name in Limits.__slots__})

    @property
    def terms(self) -> Terms:
        """On which terms the world may ask."""
        from api.terms import Terms

        return Terms(**{name: getattr(self, name) for name in Terms.__slots__})

    @property
    def caps(self) -> Caps:
        """How many subscriptions may be open."""
        from api.graphql.operations import Caps

        return Caps(**{name: getattr(self, f"subscriptions_{name}") for name in Caps.__slots__})

    @property
    def origins(self) -> frozenset[str]:
        """Pages of other sites that may open a WebSocket."""
        return frozenset(one.strip().rstrip("/") for one in self.subscriptions_origins.split(",") if one.strip())

    @property
    def log_path(self) -> Path:
        """The SQLite file of the log."""
        return self.home / "log.db"

    @property
    def access_path(self) -> Path:
        """The SQLite file of the tokens."""
        return self.home / "access.db"

    @property
    def searches_path(self) -> Path:
        """The SQLite file of the standing searches."""
        return self.home / "searches.db"

    @property
    def citations_path(self) -> Path:
        """The SQLite file of the citations."""
        return self.home / "citations.db"

    @property
    def persisted_path(self) -> Path:
        """The SQLite file of the registered GraphQL documents."""
        return self.home / "persisted.db"

    @property
    def vault_path(self) -> Path:
        """The SQLite file of the keys of sealed names."""
        return self.home / "vault.db"

    @property
    def views_folder(self) -> Path:
        """The folder of the read models' builds."""
        return self.home / "views"

    @property
    def search_folder(self) -> Path:
        """The folder of the search index."""
        return self.home / "search"
