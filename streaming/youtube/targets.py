"""Where a language's outputs push: where YouTube says that its stream arrives."""

from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.known import SENDING
from streaming.youtube.settings import YouTubeSettings, is_local
from streaming.youtube.shapes import LiveStream
from streaming.youtube.side import OutputSide, RoomSide
from venue.broadcast import Broadcast
from venue.broadcast_outputs import PUSHING, output_of, outputs_of
from venue.ids import Language, OutputId


class Targets:
    """The primary and, where it is wanted, the backup."""

    def __init__(self, lang: Language, side: RoomSide, settings: YouTubeSettings) -> None:
        self.addresses: dict[OutputId, str] = {}
        """With the key."""
        self._lang = lang
        self._side = side
        self._settings = settings

    def __repr__(self) -> str:
        return f"Targets({self._lang!r})"

    def outputs(self) -> dict[OutputId, OutputSide | None]:
        """None: it does not run."""
        room = self._side.room
        names = (output_of(self._lang),) if room is None else outputs_of(room.session, self._lang)
        return {name: self._side.output(name) for name in names}

    @property
    def sending(self) -> bool:
        """One of them at least is taken."""
        return any(each and each.state in SENDING for each in self.outputs().values())

    async def aim(self, stream: LiveStream) -> None:
        """Push where YouTube says now; a changed key is found out here.

        Raises:
            YouTubeError: A stand-in names an address of the world, or YouTube one of this machine.
        """
        room, settings = self._side.room, self._settings
        outputs = () if room is None else outputs_of(room.session, self._lang)
        urls = stream.cdn.ingestion_info.urls(plain=settings.plain_ingest)
        for output, url in zip(outputs, urls, strict=False):
            if is_local(url) != settings.standin:
                raise YouTubeError(Kind.OPERATOR, "standin")
            self.addresses[output] = url
            await self._side.target(output, self._lang, url)

    async def keep(self, broadcast: Broadcast) -> None:
        """Put outputs back that somebody removed while they are to push."""
        room = self._side.room
        if room is None or broadcast.wanted not in PUSHING:
            return
        for output, url in self.addresses.items():
            if output not in room.program.outputs:
                await self._side.target(output, self._lang, url)
