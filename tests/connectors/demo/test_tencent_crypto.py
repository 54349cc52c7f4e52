"""Safe mode against the official vectors (developers.weixin.qq.com, 消息推送 / 消息加解密说明)."""

import base64
import json

import pytest

from connectors.demo.tencent_crypto import BadCiphertextError, SafeMode, signature

AES_KEY = "A" * 43
APP_ID = "wxba5fad812f8e6fb9"
ENCRYPTED = "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="  # noqa: E501
REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="


def test_the_official_signatures() -> None:
    assert signature("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert signature("AAAAA", "1714112445", "415670741", ENCRYPTED) == "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
    assert signature("AAAAA", "1713424427", "415670741", REPLY) == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"


def test_the_official_message_is_decrypted() -> None:
    message = json.loads(SafeMode(AES_KEY, APP_ID).decrypt(ENCRYPTED))
    assert message["Event"] == "debug_demo"
    assert SafeMode(AES_KEY, APP_ID).decrypt(REPLY) == b'{"demo_resp":"good luck"}'


@pytest.mark.parametrize("length", [0, 1, 15, 16, 31, 32, 33, 2000])
def test_what_is_encrypted_comes_back(length: int) -> None:
    safe_mode = SafeMode(AES_KEY, APP_ID)
    assert safe_mode.decrypt(safe_mode.encrypt(b"x" * length)) == b"x" * length


@pytest.mark.parametrize("encrypted", ["", "AAAA", "不是", "A" * 64, base64.b64encode(bytes(64)).decode()])
def test_garbage_is_one_typed_error(encrypted: str) -> None:
    with pytest.raises(BadCiphertextError):
        SafeMode(AES_KEY, APP_ID).decrypt(encrypted)


def test_a_message_of_another_account_is_refused() -> None:
    with pytest.raises(BadCiphertextError):
        SafeMode(AES_KEY, "wxother").decrypt(SafeMode(AES_KEY, APP_ID).encrypt(b"x"))
