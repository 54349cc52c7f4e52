"""What WeChat's API refuses, and what each refusal asks of us."""

from enum import StrEnum

TOKEN_REJECTED = 40001
"""Stands for the whole class of refused tokens when the code itself does not matter."""


class Policy(StrEnum):
    """What to do after an error."""

    REFRESH = "refresh"
    """The access token is not valid: fetch one, try once more, then give up."""
    NEVER = "never"
    """The same call will be refused again: a person has to change something."""
    BACK_OFF = "back_off"
    """WeChat is busy, out of reach, or a call quota is used up: later."""
    HELD = "held"
    """The recipient's window is closed or used up: only the recipient's next message opens it."""


REASONS: dict[Policy, dict[int, str]] = {
    Policy.REFRESH: {
        40001: "the access token or secret is not the latest",
        40014: "the access token is malformed",
        42001: "the access token has expired",
    },
    Policy.NEVER: {
        40003: "the OpenID is not of this account",
        40007: "the media id is unknown or older than three days",
        40013: "the AppID is wrong",
        40037: "the template id is unknown",
        40125: "the AppSecret is wrong",
        40164: "this machine's address is not on the account's allow list",
        40200: "the account type may not send this kind of message",
        40243: "the AppSecret is frozen",
        41001: "the access token is missing",
        41002: "the AppID is missing",
        41003: "the refresh token is missing",
        41004: "the AppSecret is missing",
        41005: "the media data is missing",
        41006: "the media id is missing",
        41007: "the menu data is missing",
        41008: "the OAuth code is missing",
        41009: "the OpenID is missing",
        43004: "the recipient does not follow the account",
        43019: "the recipient is on the account's block list",
        43101: "the recipient refuses this subscription message",
        45002: "the text is too long",
        47001: "the body is not valid JSON",
        47003: "a template field is not valid",
        48001: "the account may not call this interface",
        48002: "the recipient does not receive the account's messages",
        48003: "the mass-message agreement has not been accepted",
        48004: "the interface is blocked for this account",
        48008: "the account may not send this kind of message",
        61004: "this machine's address is not on the account's allow list",
        89503: "the administrator has to confirm this machine's address",
    },
    Policy.BACK_OFF: {
        -1: "WeChat is busy",
        45009: "the daily quota of this interface is used up",
        45011: "too many calls in this minute",
    },
    Policy.HELD: {
        45015: "the recipient has not written within the last 48 hours",
        45047: "the recipient's quota of messages is used up",
    },
}
"""Source: developers.weixin.qq.com, global return codes and the pages of the interfaces used."""

_POLICIES = {code: policy for policy, reasons in REASONS.items() for code in reasons}


def policy_of(errcode: int) -> Policy:
    """An unknown code is worth another try later: the outbox gives up after its own limit."""
    return _POLICIES.get(errcode, Policy.BACK_OFF)


class WeChatError(Exception):
    """Any call of WeChat's API that did not succeed. Its text never holds tokens, secrets or messages."""

    code = "wechat"
    policy = Policy.BACK_OFF


class ApiError(WeChatError):
    """WeChat answered with an errcode."""

    def __init__(self, errcode: int, interface: str) -> None:
        self.errcode = errcode
        self.code = str(errcode)
        self.interface = interface
        self.policy = policy_of(errcode)
        reason = REASONS[self.policy].get(errcode, "a code that is not known here")
        super().__init__(f"WeChat refused {interface}: {errcode}, {reason}")


class UnreachableError(WeChatError):
    """No usable answer: no connection, a time-out, an HTTP error or a body that is not WeChat's.

    Whether the call took effect is unknown.
    """

    def __init__(self, interface: str, reason: str) -> None:
        self.code = reason
        self.interface = interface
        super().__init__(f"WeChat did not answer {interface}: {reason}")


class MediaTooLargeError(WeChatError):
    """The file is larger than we are willing to keep."""

    code = "media_too_large"
    policy = Policy.NEVER

    def __init__(self, limit: int) -> None:
        super().__init__(f"the media file is larger than {limit} bytes")
