"""Settings: documented, refused when secrets are missing, drawn once in demo mode."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings, SettingsError, load

ROOT = Path(__file__).parent.parent
COMPLETE = {
    "secret_key": "k" * 32,
    "data_key": "d" * 32,
    "wechat_app_id": "wx0000000000000001",
    "wechat_app_secret": "s" * 32,
    "wechat_token": "a-token-of-ours",
    "wechat_aes_key": "A" * 43,
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_example_file_names_every_setting_and_its_default() -> None:
    written = dict(re.findall(r"^#(ZHULI_\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    expected = {}
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        expected[f"ZHULI_{name.upper()}"] = "" if default is None else str(default)
    assert written == expected


@pytest.mark.parametrize("readme", ["README.md", "README.en.md"])
def test_the_readme_lists_every_setting(readme: str) -> None:
    text = (ROOT / readme).read_text()
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in text] == []


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize("value", ["", "changeme"])
def test_a_missing_or_default_secret_outside_demo_mode_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"ZHULI_{name.upper()}"):
        load(demo=False, **{**COMPLETE, name: value})


def test_a_malformed_aes_key_is_named() -> None:
    with pytest.raises(SettingsError, match="ZHULI_WECHAT_AES_KEY"):
        load(**{**COMPLETE, "wechat_aes_key": "short"})


def test_a_configured_account_ends_demo_mode() -> None:
    settings = load(**COMPLETE)
    assert settings.demo is False
    assert settings.wechat_api_url == "https://api.weixin.qq.com"


def test_demo_secrets_are_drawn_once_and_kept_private(tmp_path: Path) -> None:
    first, second = load(var_dir=tmp_path / "var"), load(var_dir=tmp_path / "var")
    assert first == second
    assert len(first.wechat_aes_key.get_secret_value()) == 43
    assert (tmp_path / "var/demo.json").stat().st_mode & 0o077 == 0


def test_what_is_given_in_demo_mode_wins_over_what_was_drawn(tmp_path: Path) -> None:
    settings = load(var_dir=tmp_path, demo=True, **COMPLETE)
    assert settings.wechat_token.get_secret_value() == COMPLETE["wechat_token"]


def test_secrets_do_not_show_in_the_settings_text() -> None:
    shown = repr(load(**COMPLETE))
    assert [value for name, value in COMPLETE.items() if name != "wechat_app_id" and value in shown] == []
