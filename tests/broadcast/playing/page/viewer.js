/** Plays `?hls=…` by the product's engine, live or from second `begin=…`, and notes what a viewer sees ten times a second. */
import { openEngine } from "../../../../web/src/lib/player/engine.ts";

const LOOK_MS = 100;
const HAPPENINGS = ["waiting", "playing", "seeking", "ended", "error"];

/** Milliseconds since the page was opened, place (s), pictures shown, latency and target latency (s). */
const looks = [];
/** Milliseconds, place, and what happened. */
const happenings = [];

const video = document.querySelector("video");
const note = (what) =>
  happenings.push([performance.now(), video.currentTime, what]);
for (const name of HAPPENINGS) video.addEventListener(name, () => note(name));

const asked = new URLSearchParams(location.search);
const engine = await openEngine(
  video,
  asked.get("hls"),
  {
    ready: () => video.play(),
    trouble: (kind, codecs = []) =>
      note(["trouble", kind, ...codecs].join(" ")),
  },
  asked.has("begin") ? Number(asked.get("begin")) : null,
);
engine.hls.on("hlsError", (_name, { details, fatal, reason, error }) =>
  note(
    `${fatal ? "fatal" : "error"} ${details} ${reason ?? error?.message ?? ""}`,
  ),
);
engine.hls.on("hlsFragBuffered", (_name, { frag, part }) => {
  const ranges = Array.from(
    video.buffered,
    (_, at) => `${video.buffered.start(at)}-${video.buffered.end(at)}`,
  );
  note(
    `buffered ${frag.sn}${part ? `.${part.index}` : ""} of ${frag.cc}: ${ranges}`,
  );
});

engine.hls.on("hlsLevelSwitched", (_name, { level }) => note(`level ${level}`));

setInterval(() => {
  const shown = video.getVideoPlaybackQuality().totalVideoFrames;
  looks.push([
    performance.now(),
    video.currentTime,
    shown,
    engine.latency,
    engine.targetLatency,
  ]);
}, LOOK_MS);

window.engine = engine;
window.noted = () => ({ looks, happenings, ended: video.ended });
