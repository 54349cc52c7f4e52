"""jieba as Rasa's tokenizer, without its tokens of blanks (RasaHQ/rasa#7910)."""

import logging
from typing import Any

import jieba
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.components import project_path


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class ChineseTokenizer(JiebaTokenizer):
    """Words of Chinese text; `dictionary_path` is a folder of jieba user dictionaries."""

    def __init__(self, config: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        jieba.setLogLevel(logging.WARNING)
        folder = config.get("dictionary_path")
        super().__init__({**config, "dictionary_path": str(project_path(folder)) if folder else None}, *args, **kwargs)

    @staticmethod
    def _load_custom_dictionary(path: str) -> None:
        for dictionary in sorted(project_path(path).glob("*")):
            jieba.load_userdict(str(dictionary))

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens with at least one character that is not a blank."""
        text = message.get(attribute) or ""
        tokens = [Token(word, start) for word, start, _ in jieba.tokenize(text) if word.strip()]
        return list(self._apply_token_pattern(tokens))
