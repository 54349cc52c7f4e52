"""The settings, read once from the environment and `.env` (names: ZHULI_…)."""

import json
import os
import secrets
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parent.parent
"""The checkout."""
DEFAULT_SECRETS = frozenset({"", "changeme", "change-me", "secret", "default", "test", "demo"})
WECHAT_API = "https://api.weixin.qq.com"
WECOM_API = "https://qyapi.weixin.qq.com"
TELEGRAM_API = "https://api.telegram.org"


class SettingsError(Exception):
    """A setting is missing or cannot be used; the message names it."""


class Settings(BaseSettings):
    """All settings; their descriptions are the table in the README."""

    model_config = SettingsConfigDict(env_prefix="ZHULI_", env_file=ROOT / ".env", extra="ignore")

    demo: bool | None = Field(None, description="演示模式；不填则在没有配置公众号时开启")
    var_dir: Path = Field(Path("var"), description="运行产生的一切都放在这里")
    database_url: str = Field("", description="数据库地址；默认 VAR_DIR 下的 SQLite")
    secret_key: SecretStr = Field(SecretStr(""), description="签名密钥（登录、联络员链接）")
    data_key: SecretStr = Field(SecretStr(""), description="联系方式加密密钥；轮换时用逗号隔开，新的在前")
    bot_host: str = Field("127.0.0.1", description="对话服务监听地址")
    bot_port: int = Field(5005, description="对话服务端口")
    console_host: str = Field("127.0.0.1", description="工作台监听地址")
    console_port: int = Field(8080, description="工作台端口")
    console_url: str = Field("", description="工作台对外地址，写进联络员的链接；默认 http://主机:端口")
    wechat_app_id: str = Field("", description="公众号 AppID")
    wechat_app_secret: SecretStr = Field(SecretStr(""), description="公众号 AppSecret")
    wechat_token: SecretStr = Field(SecretStr(""), description="消息推送 Token")
    wechat_aes_key: SecretStr = Field(SecretStr(""), description="EncodingAESKey，43 个字符")
    wechat_aes_key_previous: SecretStr = Field(SecretStr(""), description="上一个 EncodingAESKey（轮换期间）")
    wechat_original_id: str = Field("", description="公众号原始 ID（gh_…）；填了就核对收件人")
    wechat_api_url: str = Field("", description="微信接口地址")
    wechat_templates: str = Field("", description='模板消息 JSON：{"taken": "模板ID"}')
    telegram_token: SecretStr = Field(SecretStr(""), description="Telegram 机器人 token（可选）")
    telegram_api_url: str = Field(TELEGRAM_API, description="Telegram 接口地址")
    telegram_proxy: str = Field("", description="访问 Telegram 的代理")
    wecom_api_url: str = Field("", description="企业微信接口地址")
    log_level: str = Field("INFO", description="日志级别")

    @model_validator(mode="after")
    def _fill(self) -> Self:
        self.var_dir = ROOT / self.var_dir
        self.demo = not self.wechat_app_id if self.demo is None else self.demo
        self.database_url = self.database_url or f"sqlite:///{self.var_dir}/zhuli.db"
        self.console_url = (self.console_url or f"http://{self.console_host}:{self.console_port}").rstrip("/")
        local = self.console_local_url
        self.wechat_api_url = self.wechat_api_url or (f"{local}/demo/wechat-api" if self.demo else WECHAT_API)
        self.wecom_api_url = self.wecom_api_url or (f"{local}/demo/wecom" if self.demo else WECOM_API)
        return self

    @property
    def data_keys(self) -> list[str]:
        return [key.strip() for key in self.data_key.get_secret_value().split(",") if key.strip()]

    @property
    def bot_url(self) -> str:
        return f"{_reachable(self.bot_host)}:{self.bot_port}"

    @property
    def console_local_url(self) -> str:
        return f"{_reachable(self.console_host)}:{self.console_port}"

    @property
    def media_dir(self) -> Path:
        return self.var_dir / "media"

    @property
    def models_dir(self) -> Path:
        return self.var_dir / "models"


def load(**given: Any) -> Settings:
    """The settings of this run; in demo mode what is missing is drawn once and kept in VAR_DIR/demo.json.

    Raises SettingsError naming what is missing or still at a default outside demo mode.
    """
    settings = Settings(**given)
    if settings.demo:
        return _with_demo_secrets(settings)
    _refuse_missing(settings)
    return settings


def _refuse_missing(settings: Settings) -> None:
    needed = {
        "ZHULI_SECRET_KEY": settings.secret_key.get_secret_value(),
        "ZHULI_DATA_KEY": ",".join(settings.data_keys),
        "ZHULI_WECHAT_APP_ID": settings.wechat_app_id,
        "ZHULI_WECHAT_APP_SECRET": settings.wechat_app_secret.get_secret_value(),
        "ZHULI_WECHAT_TOKEN": settings.wechat_token.get_secret_value(),
        "ZHULI_WECHAT_AES_KEY": settings.wechat_aes_key.get_secret_value(),
    }
    wrong = [name for name, value in needed.items() if value.lower() in DEFAULT_SECRETS]
    wrong += [name for name in ("ZHULI_SECRET_KEY", "ZHULI_DATA_KEY") if 0 < len(needed[name]) < 12]
    if wrong:
        names = "、".join(dict.fromkeys(wrong))
        raise SettingsError(f"启动被拒绝：{names} 没有设置，或仍是默认值、太短。请在环境变量或 .env 中设置后再启动。")
    for name, key in (
        ("ZHULI_WECHAT_AES_KEY", settings.wechat_aes_key),
        ("ZHULI_WECHAT_AES_KEY_PREVIOUS", settings.wechat_aes_key_previous),
    ):
        value = key.get_secret_value()
        if value and (len(value) != 43 or not value.isalnum()):
            raise SettingsError(f"启动被拒绝：{name} 应为 43 个字母或数字。")


def _with_demo_secrets(settings: Settings) -> Settings:
    kept = _demo_secrets(settings.var_dir / "demo.json")
    for name, value in kept.items():
        current = getattr(settings, name)
        plain = current.get_secret_value() if isinstance(current, SecretStr) else current
        if not plain:
            setattr(settings, name, SecretStr(value) if isinstance(current, SecretStr) else value)
    return settings


def _demo_secrets(path: Path) -> dict[str, str]:
    """Drawn once; two processes that start together agree because the file is created exclusively."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = {
        "secret_key": secrets.token_urlsafe(32),
        "data_key": secrets.token_urlsafe(32),
        "wechat_app_id": "wx" + secrets.token_hex(8),
        "wechat_app_secret": secrets.token_hex(16),
        "wechat_token": secrets.token_hex(12),
        "wechat_aes_key": secrets.token_hex(22)[:43],
        "wechat_original_id": "gh_" + secrets.token_hex(6),
    }
    staged = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    staged.touch(mode=0o600)
    staged.write_text(json.dumps(drawn, indent=1))
    try:
        os.link(staged, path)
    except FileExistsError:
        pass
    finally:
        staged.unlink()
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def _reachable(host: str) -> str:
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::', '') else host}"  # noqa: S104
