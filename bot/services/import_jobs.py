"""Imports of the directory that run on while people look at a page."""

import logging
import threading

from bot.services.directory import Begun, DirectoryService

log = logging.getLogger(__name__)


class ImportJobs:
    """Runs imports in the background of this process; ImportRuns tells any process how far they are."""

    def __init__(self, directory: DirectoryService) -> None:
        self._directory = directory
        self._threads: list[threading.Thread] = []

    def start(self, begun: Begun) -> None:
        """A daemon: the end of the process cuts it off, and the transaction with it."""
        thread = threading.Thread(target=self._run, args=(begun,), name="directory-import", daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def wait(self, timeout: float | None = None) -> None:
        """Until none is at work, or `timeout` seconds for each."""
        for thread in list(self._threads):
            thread.join(timeout)

    def _run(self, begun: Begun) -> None:
        try:
            self._directory.carry_out(begun)
        except Exception as error:
            log.error("import_failed %s", type(error).__name__)
