/** Tracks as streams of pictures (Chromium), which TypeScript's library does not know yet. */

interface MediaStreamTrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}

interface Window {
  MediaStreamTrackProcessor?: new (init: { track: MediaStreamTrack; maxBufferSize?: number }) => {
    readonly readable: ReadableStream<VideoFrame>;
  };
  MediaStreamTrackGenerator?: new (init: { kind: "video" }) => MediaStreamTrackGenerator;
}

interface MediaRecorderOptions {
  videoKeyFrameIntervalDuration?: number;
}
