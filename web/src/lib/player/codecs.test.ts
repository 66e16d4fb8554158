import { describe, expect, it } from "vitest";
import { codecName, codecsIn, refusal } from "./codecs";

describe("codecs", () => {
  it.each([
    ["hvc1.1.6.L93.B0", "HEVC"],
    ["avc1.64001F", "H.264"],
    ["av01.0.05M.08", "AV1"],
    ["mp4a.40.2", "AAC"],
    ["mp4a.40.34", "MP3"],
    ["Opus", "Opus"],
    ["fLaC", "FLAC"],
    ["xyz9.1", "xyz9.1"],
  ])("calls %s %s", (codec, name) => expect(codecName(codec)).toBe(name));

  it("reads what a multivariant playlist names, and nothing from others", () => {
    const streams = [
      '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="hvc1.1.6.L93.B0, mp4a.40.2",RESOLUTION=1x1\nmedia.m3u8',
      '#EXT-X-STREAM-INF:CODECS="avc1.64001f,mp4a.40.2",BANDWIDTH=1\nother.m3u8',
      "#EXT-X-STREAM-INF:BANDWIDTH=1\nbare.m3u8",
    ];
    expect(codecsIn(`#EXTM3U\n${streams.join("\n")}`)).toEqual(["hvc1.1.6.L93.B0", "mp4a.40.2", "avc1.64001f"]);
    expect(codecsIn("<!doctype html>")).toEqual([]);
  });

  it("says what cannot be played, and what to try", () => {
    expect(refusal(["hvc1.1.6.L93.B0"])).toEqual({
      title: "This browser cannot play HEVC video.",
      advice: "Try Safari, or Chrome or Edge on a newer phone or computer.",
    });
    expect(refusal(["Opus"]).title).toBe("This browser cannot play Opus sound.");
    expect(refusal(["av01.0.05M.08", "fLaC"]).title).toBe("This browser cannot play AV1 video and FLAC sound.");
    expect(refusal([])).toEqual({
      title: "This browser cannot play the show's format.",
      advice: "Try a current version of Chrome, Edge, Firefox or Safari.",
    });
  });
});
