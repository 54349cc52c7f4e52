"""jieba as Rasa's tokenizer, without its tokens of blanks (RasaHQ/rasa#7910)."""

import logging
from typing import Any

import jieba
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class ChineseTokenizer(JiebaTokenizer):  # type: ignore[misc]
    """Words of Chinese text; `dictionary_path` is a folder of jieba user dictionaries."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        jieba.setLogLevel(logging.WARNING)
        super().__init__(*args, **kwargs)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens with at least one character that is not a blank."""
        text = message.get(attribute) or ""
        tokens = [Token(word, start) for word, start, _ in jieba.tokenize(text) if word.strip()]
        return list(self._apply_token_pattern(tokens))
