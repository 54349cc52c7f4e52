"""Review of conversations by staff."""

from collections.abc import Callable
from datetime import datetime

from bot.services.audit import Actor, record_in
from models import Conversation, Database


class ReviewService:
    """Marks conversations as reviewed; the first reviewer stands."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def mark(self, actor: Actor, conversation_id: int) -> bool:
        """False when there is no such conversation, or it has been reviewed since its last message."""
        now = self._clock()
        with self._db.begin() as session:
            conversation = session.get(Conversation, conversation_id)
            if conversation is None:
                return False
            reviewed = conversation.reviewed_at
            if reviewed is not None and reviewed >= conversation.last_at:
                return False
            conversation.reviewed_at = now
            subject = ("conversation", str(conversation_id))
            record_in(session, now, actor, "conversation_reviewed", subject=subject)
            return True
