"""The cipher: round trips, rotation, and tokens that were changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.crypto import Cipher, UndecryptableError

OLD, NEW = "old-data-key", "new-data-key"


@given(st.text(st.characters(exclude_categories=())) | st.text().map(lambda text: text * 200))
def test_every_text_comes_back(text: str) -> None:
    cipher = Cipher([NEW])
    assert cipher.decrypt(cipher.encrypt(text)) == text


def test_the_same_text_is_never_written_the_same() -> None:
    cipher = Cipher([NEW])
    assert len({cipher.encrypt("13800000000") for _ in range(100)}) == 100


@pytest.mark.parametrize("text", ["13800000000", "需求" * 1000])
def test_an_older_key_still_reads_and_rotation_leaves_it_behind(text: str) -> None:
    token = Cipher([OLD]).encrypt(text)
    both = Cipher([NEW, OLD])
    assert both.decrypt(token) == text
    assert Cipher([NEW]).decrypt(both.rotate(token)) == text
    with pytest.raises(UndecryptableError):
        Cipher([NEW]).decrypt(token)


@pytest.mark.parametrize("text", ["13800000000", "需求" * 1000])
@pytest.mark.parametrize("place", [0, 1, 12, 30, -3])
def test_a_token_that_was_changed_is_refused(text: str, place: int) -> None:
    cipher = Cipher([NEW])
    token = cipher.encrypt(text)
    changed = [*token]
    changed[place] = "2" if changed[place] == "1" else "1"
    with pytest.raises(UndecryptableError):
        cipher.decrypt("".join(changed))


@pytest.mark.parametrize("token", ["", "1", "1AAAA", "3AAAA", "needs-a-key", "1预算", "gAAAAABl-old"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(UndecryptableError):
        Cipher([NEW]).decrypt(token)


def test_a_long_text_takes_less_room_than_it_has() -> None:
    assert len(Cipher([NEW]).encrypt("涂布厚度总是不均匀，" * 200)) < 500


@pytest.mark.parametrize("keys", [[], [""], [NEW, ""]])
def test_a_missing_key_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="data key"):
        Cipher(keys)
