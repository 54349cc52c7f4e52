"""Chinese understanding as components of Rasa's pipeline."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def project_path(path: str) -> Path:
    """A path of config.yml: as it is when it exists from here, else below the project's folder."""
    return Path(path) if Path(path).exists() else ROOT / path
