/** What the server makes shows of, the one most viewers' browsers play first. */
const TYPES = [
  "video/webm;codecs=h264,opus",
  "video/x-matroska;codecs=avc1,opus",
  "video/webm;codecs=vp9,opus",
  "video/webm;codecs=av1,opus",
] as const;

export const VIDEO_BITS = 2_500_000;
const AUDIO_BITS = 128_000;
/** Bytes a second that are recorded. */
export const BYTE_RATE = (VIDEO_BITS + AUDIO_BITS) / 8;
const PIECE_MS = 100;
const KEYFRAME_MS = 2000;

/** The type to record in; null where this browser has none that can be played everywhere. */
export function recordedType(): string | null {
  if (typeof MediaRecorder === "undefined") return null;
  return TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
}

export interface Recorder {
  /** Ends with what is recorded and not given out yet. */
  stop(): Promise<void>;
}

/** Records until it is stopped, or fails. A recording that breaks off is begun anew, never gone on with. */
export function record(stream: MediaStream, onpiece: (piece: Blob) => void, onfailed: () => void): Recorder {
  const recorder = new MediaRecorder(stream, {
    mimeType: recordedType() ?? "",
    videoBitsPerSecond: VIDEO_BITS,
    audioBitsPerSecond: AUDIO_BITS,
    videoKeyFrameIntervalDuration: KEYFRAME_MS,
  });
  let stopping = false;
  const stopped = new Promise<void>((resolve) => {
    recorder.addEventListener("stop", () => {
      resolve();
      if (!stopping) onfailed();
    });
  });
  recorder.addEventListener("dataavailable", ({ data }) => {
    if (data.size > 0) onpiece(data);
  });
  recorder.start(PIECE_MS);
  return {
    stop: () => {
      stopping = true;
      if (recorder.state !== "inactive") recorder.stop();
      return stopped;
    },
  };
}
