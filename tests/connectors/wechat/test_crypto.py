"""Safe mode against the published vectors, and everything that is not right."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.wechat.crypto import RejectedRequest, SafeMode

APP_ID = "wxba5fad812f8e6fb9"
KEY = "A" * 43
PUSH = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT"
    "740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8Y"
    "L/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)


def safe_mode(token: str = "AAAAA", *keys: str, random: bytes = b"0" * 16) -> SafeMode:
    return SafeMode(token, keys or (KEY,), APP_ID, lambda _: random)


def test_the_address_check_of_the_documentation() -> None:
    safe_mode().check("f464b24fc39322e44b38aa78f5edd27bd1441696", "1714036504", "1514711492")


def test_the_plain_push_of_the_documentation() -> None:
    safe_mode().check("899cf89e464efb63f54ddac96b0a0a235f53aa78", "1714037059", "486452656")


def test_the_encrypted_push_of_the_documentation() -> None:
    mode = safe_mode()
    mode.check("6c5c811b55cc85e0e1b54100749188c20beb3f5d", "1714112445", "415670741")
    mode.check("046e02f8204d34f8ba5fa3b1db94908f3df2e9b3", "1714112445", "415670741", PUSH)
    message = json.loads(mode.decrypt(PUSH).text)
    assert message["Event"] == "debug_demo"
    assert message["debug_str"] == "hello world"


def test_the_encrypted_reply_of_the_documentation() -> None:
    mode = safe_mode(random=b"707722b803182950")
    encrypted = mode.encrypt('{"demo_resp":"good luck"}', mode.key)
    assert encrypted == "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    assert mode.signature("1713424427", "415670741", encrypted) == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"


def test_the_echo_of_wechatpy() -> None:
    mode = SafeMode("123456", ["kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"], "wx49f0ab532d5d035a")
    echo = "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q=="
    mode.check("dd6b9c95b495b3f7e2901bfbc76c664930ffdb96", "1411443780", "437374425", echo)
    assert mode.decrypt(echo).text == b"5927782489442352469"


def test_the_key_before_opens_what_it_sealed() -> None:
    old, new = "B" * 43, "C" * 43
    sealed = safe_mode("t", old).encrypt("你好", safe_mode("t", old).key)
    opened = safe_mode("t", new, old).decrypt(sealed)
    assert opened.text.decode() == "你好"
    assert opened.key == safe_mode("t", old).key


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_what_is_sealed_can_be_opened(text: str) -> None:
    mode = safe_mode()
    assert mode.decrypt(mode.encrypt(text, mode.key)).text.decode() == text


@pytest.mark.parametrize(
    "given_signature", ["", "0" * 40, "f464b24fc39322e44b38aa78f5edd27bd144169", "签" * 40, "F" * 40]
)
def test_a_wrong_signature_is_refused(given_signature: str) -> None:
    with pytest.raises(RejectedRequest):
        safe_mode().check(given_signature, "1714036504", "1514711492")


@given(st.binary(max_size=200))
def test_garbage_is_refused_with_one_error(data: bytes) -> None:
    with pytest.raises(RejectedRequest):
        safe_mode().decrypt(base64.b64encode(data).decode())


@pytest.mark.parametrize("text", ["", "不是", "====", "AAA", PUSH[:-24], PUSH[4:], "A" * 44, PUSH + "\n"])
def test_what_is_no_ciphertext_is_refused(text: str) -> None:
    with pytest.raises(RejectedRequest):
        safe_mode().decrypt(text)


def test_another_account_is_refused() -> None:
    other = SafeMode("t", [KEY], "wx0000000000000000")
    with pytest.raises(RejectedRequest):
        safe_mode().decrypt(other.encrypt("你好", other.key))


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "A" * 42 + "+", "A" * 42 + "\n"])
def test_a_bad_key_is_refused_at_the_start(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        SafeMode("t", [key], APP_ID)


def test_an_empty_token_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="token"):
        SafeMode("", [KEY], APP_ID)


def test_secrets_do_not_show() -> None:
    assert KEY not in repr(safe_mode()) + repr(safe_mode().key)
    assert "secret" not in repr(safe_mode().key)
