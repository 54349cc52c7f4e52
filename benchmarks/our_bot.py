"""Our bot as it runs in production: `zhuli bot`, its database, the WeChat webhook in safe mode."""

import contextlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import free_port, memory_mb, server
from benchmarks.wechat import Account

ROOT = Path(__file__).parents[1]
ZHULI = Path(sys.executable).with_name("zhuli")


def environment(account: Account, folder: Path, port: int) -> dict[str, str]:
    """Settings of a production-like bot whose everything is below `folder`."""
    given = {
        "DEMO": "false",
        "VAR_DIR": str(folder),
        "SECRET_KEY": secrets.token_hex(32),
        "DATA_KEY": secrets.token_hex(32),
        "BOT_HOST": "127.0.0.1",
        "BOT_PORT": str(port),
        "WECHAT_APP_ID": account.app_id,
        "WECHAT_APP_SECRET": secrets.token_hex(16),
        "WECHAT_TOKEN": account.token,
        "WECHAT_AES_KEY": account.aes_key,
        "WECHAT_ORIGINAL_ID": account.original_id,
        "WECHAT_API_URL": "http://127.0.0.1:9",
        "LOG_LEVEL": "WARNING",
    }
    return {f"ZHULI_{name}": value for name, value in given.items()}


@contextlib.contextmanager
def running(account: Account, folder: Path, models: Path) -> Iterator[tuple[str, dict[str, float]]]:
    """The webhook of a running bot and what its start took; `models` is kept between runs."""
    models.mkdir(parents=True, exist_ok=True)
    (folder / "models").symlink_to(models.resolve())
    port = free_port()
    env = environment(account, folder, port)
    with_demo_directory = {**os.environ, **env, "ZHULI_DEMO": "true"}
    prepare = [sys.executable, "-m", "benchmarks.prepare"]
    subprocess.run(prepare, cwd=ROOT, env=with_demo_directory, check=True, stdout=sys.stderr)
    base = f"http://127.0.0.1:{port}"
    with server([str(ZHULI), "bot"], f"{base}/health", folder / "bot.log", ROOT, env) as (process, seconds):
        start = {"start_s": round(seconds, 1), "memory_mb": memory_mb(process)}
        yield f"{base}/webhooks/wechat/webhook", start
