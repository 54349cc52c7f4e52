#!/bin/sh
# Usage: install.sh VENV LOCK — puts what LOCK names into VENV, with hashes checked, and byte-compiles it.
set -eu
venv=$1 lock=$2

find_python() {
    for candidate in "${PYTHON:-python3.11}" python3; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    if command -v uv >/dev/null 2>&1; then
        uv python install --quiet 3.11 >&2 && uv python find 3.11 && return
    fi
    echo "没有找到 Python 3.11：请先安装 python3.11（或 uv），再运行一次。 Python 3.11 is needed: install python3.11 (or uv) and run this again." >&2
    exit 1
}

if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
    python=$(find_python)
    "$python" -m venv --clear "$venv" || {
        echo "不能建立虚拟环境：Debian/Ubuntu 请先 apt-get install python3.11-venv。 Could not make a virtual environment." >&2
        exit 1
    }
fi
echo "安装 $lock（约 1–3 分钟，只装一次）…"
# Rasa's own metadata stops at Python 3.10; docs/decisions/0001 says why 3.11 is right. Two packages come as source:
# without --use-pep517 the pip of Debian 12 builds them with our setuptools, which does not go with Rasa's packaging.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
    --use-pep517 --ignore-requires-python --no-compile -r "$lock"
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$venv/bin/python" -m compileall -q -j 0 "$site" >/dev/null 2>&1 || true
pwd >"$site/zhulitong.pth"
printf '#!%s\nimport sys\n\nfrom bot.cli import main\n\nsys.exit(main())\n' "$(pwd)/$venv/bin/python" >"$venv/bin/zhuli"
chmod +x "$venv/bin/zhuli"
