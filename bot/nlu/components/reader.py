"""Intent, ranking and values of a message as one Rasa component."""

import copy
import hashlib
import json
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.core.calendar import CHENGDU
from bot.nlu.archive import LEXICON, load_reader
from bot.nlu.components import project_path
from bot.nlu.reading import Reader, Understood

SHORT = 40
"""Characters of a message whose reading is worth keeping."""
RECENT = 1024
"""Readings that are kept."""
log = structlog.get_logger(__name__)


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR],
    is_trainable=True,
)
class MessageReader(GraphComponent, IntentClassifier, EntityExtractorMixin):
    """Sets intent, intent_ranking and entities.

    Message metadata: `question`, the key of the open question; `today`, ISO date (default: today in Chengdu).
    A value that cannot be taken is an entity `invalid` with {"field", "code"}.
    """

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, reader: Reader | None = None
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._reader = reader
        self._recent: dict[tuple[str, date, str | None], Understood] = {}

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`lexicon`: file of phrases and priors; `encoder`: use, e5 or characters."""
        return {"lexicon": "nlu_data/lexicon.yml", "encoder": "use"}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "MessageReader":
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "MessageReader":
        """A trained component; all it needs is in the model's archive."""
        with model_storage.read_from(resource) as folder:
            reader = load_reader(Path(folder))
        return cls(config, model_storage, resource, reader)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Trains anew when the lexicon changed."""
        path = project_path(config.get("lexicon") or cls.get_default_config()["lexicon"])
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the intent model and puts it and the lexicon into the archive."""
        from bot.nlu.training import train

        started = time.monotonic()
        examples = [(example.get("text"), example.get("intent")) for example in training_data.intent_examples]
        examples = [(text, intent) for text, intent in examples if text and intent]
        model = train([text for text, _ in examples], [intent for _, intent in examples], self._config["encoder"])
        lexicon = yaml.safe_load(project_path(self._config["lexicon"]).read_text("utf-8"))
        with self._model_storage.write_to(self._resource) as folder:
            model.save(Path(folder))
            (Path(folder) / LEXICON).write_text(json.dumps(lexicon, ensure_ascii=False), "utf-8")
        self._reader = Reader.of(lexicon, model)
        seconds = round(time.monotonic() - started, 1)
        log.info("intents trained", examples=len(examples), intents=len(model.labels), seconds=seconds)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from these results."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Reads each message in place."""
        for message in messages:
            if self._reader is None:
                raise RuntimeError("the message reader is not trained")
            metadata = message.get("metadata") or {}
            text, today = message.get("text") or "", _today(metadata)
            _write(message, self._understood(self._reader, text, today, metadata.get("question")))
        return messages

    def _understood(self, reader: Reader, text: str, today: date, question: str | None) -> Understood:
        """Most messages are answers of a few characters that come again and again: 1, 同意, 跳过, 面议."""
        if len(text) > SHORT:
            return reader.read(text, today, question)
        key = text, today, question
        found = self._recent.get(key) or reader.read(text, today, question)
        self._recent[key] = found
        while len(self._recent) > RECENT:
            self._recent.pop(next(iter(self._recent)), None)
        return found


def _today(metadata: dict[str, Any]) -> date:
    given = metadata.get("today")
    return date.fromisoformat(given) if given else datetime.now(CHENGDU).date()


def _write(message: Message, understood: Understood) -> None:
    ranking = [{"name": name, "confidence": round(share, 4)} for name, share in understood.ranking[:10]]
    message.set("intent", ranking[0], add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)
    text = message.get("text") or ""
    entities = [
        {
            "entity": span.field,
            "value": copy.deepcopy(span.value),
            "start": span.start,
            "end": span.end,
            "extractor": MessageReader.__name__,
        }
        for span in understood.spans
    ]
    if understood.invalid:
        near = {"field": understood.invalid.field, "code": understood.invalid.code}
        entities.append(
            {"entity": "invalid", "value": near, "start": 0, "end": len(text), "extractor": MessageReader.__name__}
        )
    message.set("entities", message.get("entities", []) + entities, add_to_output=True)
