"""Rooms with their past, read from their journals when somebody asks."""

import asyncio

from signaling.journal import Journal
from signaling.router import Router
from signaling.store import Store
from venue import story
from venue.ids import SessionId
from venue.story import Story


class Stories:
    """Remembers how far each journal has been read."""

    def __init__(self, store: Store, router: Router) -> None:
        self._store = store
        self._router = router
        self._told: dict[SessionId, Story] = {}
        self._reading: dict[SessionId, asyncio.Lock] = {}

    async def of(self, session: SessionId) -> Story:
        """The room up to the newest entry of its journal.

        Raises:
            ApiError: 404 ``session.unknown``.
            StoreUnavailable: the journal cannot be read.
        """
        definition = await self._router.definition(session)
        journal = Journal(self._store, definition, "")
        async with self._reading.setdefault(session, asyncio.Lock()):
            told = self._told.get(session) or story.begin(definition)
            while entries := await journal.entries_after(told.seq):
                for entry in entries:
                    told = story.tell(told, entry)
            self._told[session] = told
        return told
