"""The make-believe official account of the demo and the tests."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class DemoAccount:
    """What WeChat knows of an account; the same values are the bot's settings."""

    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    original_id: str
    name: str = "成都市科协助力通"
