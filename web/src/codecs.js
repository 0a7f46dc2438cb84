/** Which codecs to offer, in which order. */

/** @param {RTCRtpCodec} codec @param {string} profile first six hexadecimal digits */
const isH264 = (codec, profile) =>
  codec.mimeType.toLowerCase() === "video/h264" &&
  (codec.sdpFmtpLine ?? "").toLowerCase().includes(`profile-level-id=${profile}`) &&
  (codec.sdpFmtpLine ?? "").includes("packetization-mode=1");

/** @param {RTCRtpCodec} codec */
const isVp8 = (codec) => codec.mimeType.toLowerCase() === "video/vp8";

/** @param {RTCRtpCodec} codec */
const isRepair = (codec) => codec.mimeType.toLowerCase() === "video/rtx";

/**
 * Put the wanted codecs first and leave the others out; nothing changes where none is known.
 *
 * @param {RTCRtpTransceiver} transceiver
 * @param {ReadonlyArray<(codec: RTCRtpCodec) => boolean>} wanted best first
 */
function prefer(transceiver, wanted) {
  const known = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const chosen = wanted.flatMap((wants) => known.filter(wants));
  if (chosen.length === 0) return;
  try {
    transceiver.setCodecPreferences([...chosen, ...known.filter(isRepair)]);
  } catch {
    // A browser with rules of its own offers all it has; the server chooses.
  }
}

/** The program is one H.264 Main encode for everybody; VP8 for browsers without it. @param {RTCRtpTransceiver} transceiver */
export const preferProgram = (transceiver) =>
  prefer(transceiver, [(codec) => isH264(codec, "4d001f"), isVp8]);

/** Cameras send VP8, or H.264 baseline where there is no VP8. @param {RTCRtpTransceiver} transceiver */
export const preferCamera = (transceiver) =>
  prefer(transceiver, [isVp8, (codec) => isH264(codec, "42e01f")]);
