"""Offers in the manner of other programs, with what is particular to each kept."""

SECURE = (
    "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"
    "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\n"
)

OBS = (
    "v=0\r\no=rtc 3767197920 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
    "a=group:LS 0 1\r\na=msid-semantic:WMS *\r\na=setup:actpass\r\n" + SECURE +
    "m=audio 53463 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 192.0.2.10\r\na=mid:0\r\na=sendonly\r\n"
    "a=ssrc:1357 cname:x\r\na=ssrc:1357 msid:y z-audio\r\na=msid:y z-audio\r\na=rtcp-mux\r\n"
    "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1\r\n"
    "a=candidate:1 1 UDP 2122317823 192.0.2.10 53463 typ host\r\na=end-of-candidates\r\n"
    "m=video 53463 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 192.0.2.10\r\na=mid:1\r\na=sendonly\r\n"
    "a=ssrc:1358 cname:x\r\na=msid:y z-video\r\na=rtcp-mux\r\na=rtpmap:96 H264/90000\r\n"
    "a=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtcp-fb:96 goog-remb\r\n"
    "a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1\r\n"
)  # fmt: skip
"""libdatachannel: transport attributes at session level."""

GSTREAMER = (
    "v=0\r\no=- 3515 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-options:trickle\r\n"
    "a=group:BUNDLE video0 audio1\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100\r\nc=IN IP4 0.0.0.0\r\na=setup:actpass\r\n"
    + SECURE +
    "a=rtcp-mux\r\na=rtcp-rsize\r\na=sendonly\r\na=mid:video0\r\n"
    "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 ccm fir\r\n"
    "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
    "a=rtpmap:98 VP9/90000\r\na=rtpmap:99 H264/90000\r\n"
    "a=fmtp:99 packetization-mode=1;profile-level-id=42c01f;level-asymmetry-allowed=1\r\n"
    "a=rtpmap:100 AV1/90000\r\na=ssrc:1 cname:u\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 101\r\nc=IN IP4 0.0.0.0\r\na=setup:actpass\r\n" + SECURE +
    "a=rtcp-mux\r\na=sendonly\r\na=mid:audio1\r\na=rtpmap:101 OPUS/48000/2\r\n"
    "a=fmtp:101 sprop-stereo=0;sprop-maxcapturerate=48000\r\na=ssrc:2 cname:u\r\n"
)  # fmt: skip
"""webrtcbin: video first, named mids, several codecs, no candidates."""

FFMPEG = (
    "v=0\r\no=FFmpeg 4489045141692799359 2 IN IP4 127.0.0.1\r\ns=FFmpegPublishSession\r\n"
    "t=0 0\r\na=group:BUNDLE 0 1\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\n" + SECURE +
    "a=setup:passive\r\na=mid:0\r\na=sendonly\r\na=msid:FFmpeg audio\r\na=rtcp-mux\r\n"
    "a=rtpmap:111 opus/48000/2\r\na=ssrc:11 cname:FFmpeg\r\na=ssrc:11 msid:FFmpeg audio\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 106\r\nc=IN IP4 0.0.0.0\r\n" + SECURE +
    "a=setup:passive\r\na=mid:1\r\na=sendonly\r\na=msid:FFmpeg video\r\na=rtcp-mux\r\n"
    "a=rtcp-rsize\r\na=rtpmap:106 H264/90000\r\n"
    "a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f\r\n"
    "a=ssrc:12 cname:FFmpeg\r\na=ssrc:12 msid:FFmpeg video\r\n"
)  # fmt: skip
"""The whip muxer: no RTX, no feedback, setup passive, the profile of the stream itself."""

ONLY_AV1 = GSTREAMER.replace("96 97 98 99 100", "100").split("a=rtpmap:96")[0] + (
    "a=rtpmap:100 AV1/90000\r\n"
)
