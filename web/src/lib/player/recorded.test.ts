import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EngineEvents } from "./engine";
import { RecordedPlayer } from "./recorded.svelte";

/** As much of a video element as the player touches. */
class FakeVideo extends EventTarget {
  muted = true;
  volume = 1;
  paused = true;
  readyState = 0;
  currentTime = 0;
  duration = Number.NaN;
  playbackRate = 1;
  defaultPlaybackRate = 1;
  buffered = { length: 1, start: () => 0, end: () => 30 };
  textTracks = Object.assign(new EventTarget(), { [Symbol.iterator]: () => [][Symbol.iterator]() });

  async play(): Promise<void> {
    if (this.readyState === 0) return;
    this.paused = false;
    this.dispatchEvent(new Event("playing"));
  }
  pause(): void {
    this.paused = true;
    this.dispatchEvent(new Event("pause"));
  }
  to(second: number): void {
    this.readyState = 4;
    this.currentTime = second;
    this.dispatchEvent(new Event("timeupdate"));
  }
}

let video: FakeVideo;
let opened: { url: string; begin: number | null; events: EngineEvents }[];
let source: () => Promise<string | null>;
let overs: number;
let offered: number[];
let chosen: (number | null)[];
let player: RecordedPlayer;
let detach: () => void;

const settle = () => vi.advanceTimersByTimeAsync(0);
const events = () => {
  const entry = opened.at(-1);
  if (!entry) throw new Error("nothing was opened");
  return entry.events;
};

/** As an engine does once it has something to play. */
async function ready(second: number): Promise<void> {
  video.duration = 600;
  video.readyState = 4;
  video.dispatchEvent(new Event("durationchange"));
  events().ready();
  await settle();
  video.to(second);
}

beforeEach(() => {
  vi.useFakeTimers();
  const kept = new Map<string, string>();
  const localStorage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  vi.stubGlobal("localStorage", localStorage);
  vi.stubGlobal("window", Object.assign(new EventTarget(), { localStorage }));
  video = new FakeVideo();
  opened = [];
  overs = 0;
  offered = [];
  chosen = [];
  source = async () => "/fresh.m3u8";
  player = new RecordedPlayer({
    source: () => source(),
    onover: () => (overs += 1),
    random: () => 1,
    open: async (_video, url, events, begin) => {
      opened.push({ url, begin, events });
      return {
        latency: 0,
        targetLatency: 0,
        liveSync: null,
        playing: null,
        live: false,
        qualities: offered,
        choose: (quality) => chosen.push(quality),
        destroy: () => undefined,
      };
    },
  });
  detach = player.attach(video as unknown as HTMLVideoElement);
});
afterEach(() => {
  detach();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("RecordedPlayer", () => {
  it("plays with sound, from the second asked for", async () => {
    player.start("/film.m3u8", 42, 600);
    await settle();
    expect(opened.map(({ url, begin }) => [url, begin])).toEqual([["/film.m3u8", 42]]);
    await ready(42);
    expect([player.status, video.muted, player.time]).toEqual(["playing", false, 42]);
  });

  it("keeps its second while the element has not come there yet", async () => {
    player.start("/film.m3u8", 42, 600);
    await settle();
    video.to(0);
    expect(player.time).toBe(42);
  });

  it("goes on at the same second with a new address where the old one is refused", async () => {
    player.start("/old.m3u8", 0, 600);
    await settle();
    await ready(0);
    video.to(123);
    events().trouble("network");
    video.to(0); // the element lets go of what it had
    await vi.advanceTimersByTimeAsync(800);
    expect(opened.map(({ url, begin }) => [url, begin])).toEqual([
      ["/old.m3u8", 0],
      ["/fresh.m3u8", 123],
    ]);
  });

  it("ends where it ends, and begins again by a seek", async () => {
    player.start("/film.m3u8", 0, 600);
    await settle();
    await ready(0);
    video.dispatchEvent(new Event("ended"));
    expect([player.status, overs, opened.length]).toEqual(["ended", 1, 1]);
    player.seek(0);
    await settle();
    expect([player.status, video.currentTime]).toEqual(["playing", 0]);
  });

  it("stays within the video, wherever somebody wants to go", async () => {
    player.start("/film.m3u8", 9999, 600);
    expect(player.time).toBe(599);
    player.skip(-5000);
    expect(player.time).toBe(0);
    player.seek(Number.NaN);
    expect(player.time).toBe(0);
  });

  it("keeps its speed, within what there is, for the next video too", async () => {
    player.start("/film.m3u8", 0, 600);
    player.setSpeed(1.75);
    player.shift(true);
    player.shift(true);
    expect([player.speed, video.playbackRate, video.defaultPlaybackRate]).toEqual([2, 2, 2]);
    expect(new RecordedPlayer({ source: async () => null }).speed).toBe(2);
  });

  it("keeps the quality that was chosen where the next video has it, and leaves it open elsewhere", async () => {
    offered = [1080, 720, 480];
    player.start("/film.m3u8", 0, 600);
    expect(player.qualities).toEqual([]);
    await settle();
    await ready(0);
    expect([player.qualities, player.quality, chosen]).toEqual([[1080, 720, 480], null, []]);
    player.setQuality(480);
    player.start("/next.m3u8", 0, 600);
    await settle();
    await ready(0);
    expect([player.quality, chosen]).toEqual([480, [480, 480]]);
    offered = [360];
    player.start("/small.m3u8", 0, 600);
    await settle();
    await ready(0);
    expect([player.quality, chosen.at(-1)]).toEqual([null, null]);
  });

  it("does not start by itself when the page is looked at again", async () => {
    player.start("/film.m3u8", 0, 600);
    await settle();
    await ready(0);
    video.pause();
    vi.stubGlobal("document", { visibilityState: "visible" });
    window.dispatchEvent(new Event("visibilitychange"));
    expect([player.status, video.paused]).toEqual(["paused", true]);
  });
});
