"""A WHIP encoder made of GStreamer's webrtcbin; run by the system's Python, which has its bindings.

``/usr/bin/python3 gst_whip.py DOOR h264|vp8 RRGGBB HZ`` reads the ticket from standard input,
publishes a colour and a tone, and ends when standard input does.  It prints what happens to it.
"""

import sys
import threading
import urllib.error
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

PICTURE = (
    "videotestsrc is-live=true pattern=solid-color foreground-color=0xff{colour} "
    "! video/x-raw,format=I420,width=640,height=360,framerate=25/1"
)
CODERS = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast bitrate=800 key-int-max=50 "
    "! video/x-h264,profile=constrained-baseline ! rtph264pay config-interval=-1 "
    "aggregate-mode=zero-latency ! application/x-rtp,media=video,encoding-name=H264,payload=96",
    "vp8": "vp8enc deadline=1 target-bitrate=800000 keyframe-max-dist=50 ! rtpvp8pay "
    "! application/x-rtp,media=video,encoding-name=VP8,payload=96",
}
SOUND = (
    "audiotestsrc is-live=true freq={hz} volume=0.3 ! audioconvert ! audioresample ! opusenc "
    "! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97"
)


class Encoder:
    """One pipeline and the WHIP exchange."""

    def __init__(self, ticket: str, door: str, coder: str, colour: str, hz: str) -> None:
        self.door = door
        self.ticket = ticket
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.parse_launch(
            "webrtcbin name=out bundle-policy=max-bundle "
            f"{PICTURE.format(colour=colour)} ! {CODERS[coder]} ! out. "
            f"{SOUND.format(hz=hz)} ! out."
        )
        self.rtc = self.pipeline.get_by_name("out")
        for index in range(2):
            transceiver = self.rtc.emit("get-transceiver", index)
            transceiver.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        self.rtc.connect("on-negotiation-needed", self._negotiate)
        self.rtc.connect("notify::ice-gathering-state", self._gathered)
        self.rtc.connect("notify::connection-state", self._connection)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self._failed)

    def run(self) -> None:
        self.pipeline.set_state(Gst.State.PLAYING)
        threading.Thread(target=self._end_with_input, daemon=True).start()
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)

    def _negotiate(self, _rtc: object) -> None:
        self.rtc.emit("create-offer", None, Gst.Promise.new_with_change_func(self._offered))

    def _offered(self, promise: "Gst.Promise") -> None:
        reply = promise.get_reply()  # owns the offer: it must outlive the call
        self.rtc.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())

    def _gathered(self, _rtc: object, _what: object) -> None:
        if self.rtc.get_property("ice-gathering-state").value_nick != "complete":
            return
        offer = self.rtc.get_property("local-description").sdp.as_text()
        headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {self.ticket}"}
        request = urllib.request.Request(self.door, offer.encode(), headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                text = answer.read().decode()
                say("created", answer.headers["Location"])
        except urllib.error.HTTPError as error:
            say("refused", f"{error.code} {error.read().decode()}")
            self.loop.quit()
            return
        _, message = GstSdp.SDPMessage.new_from_text(text)
        kind = GstWebRTC.WebRTCSDPType.ANSWER
        description = GstWebRTC.WebRTCSessionDescription.new(kind, message)
        self.rtc.emit("set-remote-description", description, Gst.Promise.new())

    def _connection(self, _rtc: object, _what: object) -> None:
        say("state", self.rtc.get_property("connection-state").value_nick)

    def _failed(self, _bus: object, message: "Gst.Message") -> None:
        say("error", str(message.parse_error()))
        self.loop.quit()

    def _end_with_input(self) -> None:
        sys.stdin.read()
        self.loop.quit()


def say(what: str, more: str) -> None:
    print(f"{what}: {more!r}", flush=True)  # noqa: T201


if __name__ == "__main__":
    Gst.init(None)
    Encoder(sys.stdin.readline().strip(), *sys.argv[1:]).run()
