"""A group robot at the demo's fake WeCom, on a real socket."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.demo.account import DemoAccount
from connectors.demo.robots import Robots
from connectors.demo.simulator import build_demo
from connectors.wecom.robot import WeComRobot
from tests.conftest import Clock
from tests.fakes.servers import serve
from tests.fakes.wechat import ACCOUNT

KEY = "0a1b2c3d-0000-4000-8000-secretrobot1"
KEYS = {"1": KEY, "2": "no-such-robot"}


@dataclass
class Group:
    """The deliverer and the robots it talks to."""

    robot: WeComRobot
    robots: Robots

    def texts(self) -> list[str]:
        return [call.body["markdown"]["content"] for call in self.robots.calls if call.errcode == 0]


@pytest.fixture
async def group(clock: Clock, tmp_path: Path) -> AsyncIterator[Group]:
    account: DemoAccount = ACCOUNT
    demo = build_demo(account, "http://127.0.0.1:1/never", tmp_path, clock, public_url="http://127.0.0.1:1/demo")
    demo.robots._keys = frozenset({KEY})
    async with serve(demo.app) as url:
        robot = WeComRobot(f"{url}/wecom", KEYS.get, clock)
        yield Group(robot, demo.robots)
        await robot.close()
        await demo.close()
