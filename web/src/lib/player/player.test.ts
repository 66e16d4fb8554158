import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clock, isBehind, livePosition } from "./edge";
import type { Engine, EngineEvents } from "./engine";
import { Player } from "./player.svelte";

/** As much of a video element as the player touches. */
class FakeVideo extends EventTarget {
  muted = false;
  volume = 1;
  paused = true;
  readyState = 0;
  currentTime = 0;
  seekable = { length: 1, start: () => 0, end: () => 100 };
  refuses: "never" | "sound" | "always" = "never";

  async play(): Promise<void> {
    if (this.refuses === "always" || (this.refuses === "sound" && !this.muted)) {
      throw new DOMException("", "NotAllowedError");
    }
    this.paused = false;
    this.dispatchEvent(new Event("playing"));
  }
  pause(): void {
    this.paused = true;
    this.dispatchEvent(new Event("pause"));
  }
}

let video: FakeVideo;
let opened: { url: string; events: EngineEvents; destroyed: boolean }[];
let source: () => Promise<string | null>;
let player: Player;
let offered: readonly number[];
let chosen: (number | null)[];
let detach: () => void;

const engine = (entry: { destroyed: boolean }): Engine => ({
  latency: 3,
  targetLatency: 2,
  liveSync: 98,
  playing: null,
  live: true,
  qualities: offered,
  choose: (quality) => chosen.push(quality),
  destroy: () => (entry.destroyed = true),
});
const settle = () => vi.advanceTimersByTimeAsync(0);
const current = () => {
  const entry = opened.at(-1);
  if (!entry) throw new Error("nothing was opened");
  return entry;
};

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("window", new EventTarget());
  video = new FakeVideo();
  opened = [];
  offered = [];
  chosen = [];
  source = async () => "/next.m3u8";
  player = new Player({
    source: () => source(),
    random: () => 1,
    open: async (_video, url, events) => {
      const entry = { url, events, destroyed: false };
      opened.push(entry);
      return engine(entry);
    },
  });
  detach = player.attach(video as unknown as HTMLVideoElement);
  player.load("/live.m3u8");
  await settle();
});
afterEach(() => {
  detach();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("Player", () => {
  it("starts muted as soon as there is something to play", async () => {
    expect(player.status).toBe("loading");
    current().events.ready();
    await settle();
    expect(player.status).toBe("playing");
    expect(video.muted).toBe(true);
  });

  it("asks for a tap where the browser allows no autoplay at all", async () => {
    video.refuses = "always";
    current().events.ready();
    await settle();
    expect(player.blocked).toBe(true);
    video.refuses = "never";
    await player.play();
    expect(player.blocked).toBe(false);
  });

  it("comes back by itself, to wherever the show plays now", async () => {
    current().events.ready();
    await settle();
    current().events.trouble("network");
    expect(player.status).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(800);
    expect(opened.map(({ url, destroyed }) => [url, destroyed])).toEqual([
      ["/live.m3u8", true],
      ["/next.m3u8", false],
    ]);
    current().events.ready();
    await settle();
    expect(player.status).toBe("playing");
  });

  it("offers the button after several failures and still goes on trying", async () => {
    source = async () => {
      throw new Error("no connection");
    };
    current().events.trouble("network");
    await vi.advanceTimersByTimeAsync(800 + 1600 + 3200 + 6400 + 12_800);
    expect(player.status).toBe("failed");
    source = async () => "/back.m3u8";
    await vi.advanceTimersByTimeAsync(15_000);
    expect(current().url).toBe("/back.m3u8");
  });

  it("says what this browser cannot play, and plays once the show has another format", async () => {
    current().events.trouble("codecs", ["hvc1.1.6.L93.B0"]);
    expect([player.status, player.refusedCodecs]).toEqual(["unsupported", ["hvc1.1.6.L93.B0"]]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect([opened.length, player.status]).toEqual([2, "unsupported"]);
    current().events.trouble("codecs", ["hvc1.1.6.L93.B0"]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect([opened.length, player.status]).toEqual([3, "unsupported"]);
    current().events.ready();
    await settle();
    expect(player.status).toBe("playing");
  });

  it("says so from the middle of a show, too, and of what a closed engine says nothing", async () => {
    current().events.ready();
    await settle();
    const before = current().events;
    before.trouble("codecs", []);
    expect(player.status).toBe("unsupported");
    before.trouble("network");
    expect(player.status).toBe("unsupported");
  });

  it("does not try for ever where there is no HLS", async () => {
    current().events.trouble("unsupported");
    await vi.advanceTimersByTimeAsync(60_000);
    expect([opened.length, player.status, player.refusedCodecs]).toEqual([1, "unsupported", null]);
  });

  it("tries at once when the network is back", async () => {
    current().events.trouble("network");
    window.dispatchEvent(new Event("online"));
    await settle();
    expect(current().url).toBe("/next.m3u8");
  });

  it("starts over when waiting for data takes too long", async () => {
    current().events.ready();
    await settle();
    video.dispatchEvent(new Event("waiting"));
    expect(player.status).toBe("stalled");
    await vi.advanceTimersByTimeAsync(8000);
    expect(player.status).toBe("reconnecting");
  });

  it("rests when the show is over", async () => {
    source = async () => null;
    video.dispatchEvent(new Event("ended"));
    await settle();
    expect(player.status).toBe("idle");
  });

  it("stays paused when the viewer paused, through a reconnection too", async () => {
    current().events.ready();
    await settle();
    player.pause();
    current().events.trouble("network");
    await vi.advanceTimersByTimeAsync(800);
    current().events.ready();
    await settle();
    expect(video.paused).toBe(true);
  });

  it("jumps to the live edge and plays", async () => {
    current().events.ready();
    await settle();
    player.pause();
    player.goLive();
    await settle();
    expect(video.currentTime).toBe(98);
    expect(player.status).toBe("playing");
  });
});

describe("qualities of a live show", () => {
  it("are offered where there are several, and the one chosen stays when the show is opened anew", async () => {
    offered = [720, 360];
    player.load("/next.m3u8");
    await settle();
    current().events.ready();
    expect([player.qualities, player.quality]).toEqual([[720, 360], null]);
    player.setQuality(360);
    player.load("/anew.m3u8");
    await settle();
    current().events.ready();
    expect([player.quality, chosen]).toEqual([360, [360, 360]]);
    player.load(null);
    expect(player.qualities).toEqual([]);
  });
});

describe("live edge", () => {
  it("calls nobody behind for a wobble, and nobody live too early", () => {
    expect(isBehind(7, 2, false)).toBe(false);
    expect(isBehind(9, 2, false)).toBe(true);
    expect(isBehind(5, 2, true)).toBe(true);
    expect(isBehind(4, 2, true)).toBe(false);
    expect(isBehind(Number.NaN, 2, true)).toBe(false);
  });

  it("finds the live position without the player's help", () => {
    const ranges = (start: number, end: number) => ({ length: 1, start: () => start, end: () => end }) as TimeRanges;
    expect(livePosition(42, ranges(0, 100))).toBe(42);
    expect(livePosition(null, ranges(0, 100))).toBe(97);
    expect(livePosition(null, ranges(99, 100))).toBe(99);
    expect(livePosition(null, { length: 0 } as TimeRanges)).toBeNull();
  });

  it.each([
    [0, "0:00"],
    [754, "12:34"],
    [3729.9, "1:02:09"],
    [-3, "0:00"],
    [Number.NaN, "0:00"],
  ])("writes %d s as %s", (s, text) => {
    expect(clock(s)).toBe(text);
  });
});
