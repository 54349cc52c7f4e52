"""The reader out of a trained Rasa model, without importing Rasa (which costs seconds at start)."""

import json
import re
import tarfile
import tempfile
from pathlib import Path

from bot.nlu.intents import IntentModel
from bot.nlu.reading import Reader

FILES = ("intents.json", "intents.npz", "lexicon.json")
"""What the message reader keeps in its folder of the archive."""
LEXICON = "lexicon.json"
_MEMBER = re.compile(r"components/[^/]*\.MessageReader\d*/([^/]+)")


class ModelMissing(FileNotFoundError):
    """There is no trained model where one was looked for."""


def load_reader(folder: Path) -> Reader:
    """The reader kept in `folder`."""
    lexicon = json.loads((folder / LEXICON).read_text("utf-8"))
    return Reader.of(lexicon, IntentModel.load(folder))


def reader_of(model: Path) -> Reader:
    """The reader of a trained model (.tar.gz); ValueError when its pipeline has none."""
    if not model.is_file():
        raise ModelMissing(f"no trained model at {model}: run `zhuli train`")
    with tempfile.TemporaryDirectory() as name, tarfile.open(model, "r:gz") as archive:
        folder = Path(name)
        for member in archive:
            found = _MEMBER.fullmatch(member.name.lstrip("./"))
            content = archive.extractfile(member) if found and found[1] in FILES else None
            if found and content:
                (folder / found[1]).write_bytes(content.read())
        if not all((folder / file).is_file() for file in FILES):
            raise ValueError(f"the pipeline of {model.name} has no message reader: `zhuli parse` needs one")
        return load_reader(folder)


def newest_model(folder: Path) -> Path:
    """The trained model in `folder` that was written last; ModelMissing when there is none."""
    models = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise ModelMissing(f"no trained model in {folder}: run `zhuli train`")
    return models[-1]
