import { describe, expect, it } from "vitest";
import { tileAt, tilesOf } from "./storyboard";

const AT = "https://shop.test/videos/m/v/storyboard.vtt";
const cue = (times: string, place: string) => `${times}\n${place}`;
const board = (...cues: string[]) => ["WEBVTT", ...cues].join("\n\n");

describe("a storyboard", () => {
  it("names parts of a picture beside it, in order", () => {
    const text = board(
      cue("00:00:04.000 --> 00:00:08.000", "board.webp#xywh=160,0,160,90"),
      "NOTE nothing to see",
      cue("00:00.000 --> 00:04.000", "board.webp#xywh=pixel:0,0,160,90"),
    );
    expect(tilesOf(text, AT)).toEqual([
      { from: 0, to: 4, url: "https://shop.test/videos/m/v/board.webp", x: 0, y: 0, width: 160, height: 90 },
      { from: 4, to: 8, url: "https://shop.test/videos/m/v/board.webp", x: 160, y: 0, width: 160, height: 90 },
    ]);
  });

  it("is read with the line ends of other systems and a byte order mark, and with settings and names of cues", () => {
    const text = "\uFEFFWEBVTT - board\r\n\r\none\r\n01:00:00.000 --> 01:00:01.500 line:0\r\nb.webp#xywh=0,0,16,9\r\n";
    expect(tilesOf(text, AT)).toMatchObject([{ from: 3600, to: 3601.5 }]);
  });

  it.each([
    ["no place", cue("00:00.000 --> 00:01.000", "board.webp")],
    ["an empty place", cue("00:00.000 --> 00:01.000", "board.webp#xywh=0,0,0,90")],
    ["a huge one", cue("00:00.000 --> 00:01.000", "board.webp#xywh=0,0,9000,90")],
    ["one outside of any picture", cue("00:00.000 --> 00:01.000", "board.webp#xywh=99999,0,160,90")],
    ["negative numbers", cue("00:00.000 --> 00:01.000", "board.webp#xywh=-1,0,160,90")],
    ["no time between", cue("00:01.000 --> 00:01.000", "board.webp#xywh=0,0,160,90")],
    ["another server", cue("00:00.000 --> 00:01.000", "https://elsewhere.test/b.webp#xywh=0,0,160,90")],
    ["a script", cue("00:00.000 --> 00:01.000", "javascript:alert(1)#xywh=0,0,160,90")],
  ])("leaves out %s", (_, wrong) => {
    expect(tilesOf(board(wrong, cue("00:02.000 --> 00:03.000", "b.webp#xywh=0,0,16,9")), AT)).toHaveLength(1);
  });

  it("is none where the file is something else", () => {
    expect(tilesOf("<html>", AT)).toEqual([]);
    expect(tilesOf("WEBVTTX\n\n" + cue("00:00.000 --> 00:01.000", "b#xywh=0,0,16,9"), AT)).toEqual([]);
  });

  it("has no end of tiles", () => {
    const many = Array.from({ length: 5000 }, () => cue("00:00.000 --> 00:01.000", "b.webp#xywh=0,0,16,9"));
    expect(tilesOf(board(...many), AT)).toHaveLength(2000);
  });

  it("shows the tile of a second, and the nearest before it in a gap", () => {
    const tiles = tilesOf(
      board(
        cue("00:01.000 --> 00:02.000", "b.webp#xywh=0,0,16,9"),
        cue("00:05.000 --> 00:06.000", "b.webp#xywh=16,0,16,9"),
      ),
      AT,
    );
    expect([0, 1.5, 4, 5, 99].map((second) => tileAt(tiles, second)?.x)).toEqual([0, 0, 0, 16, 16]);
    expect(tileAt([], 3)).toBeNull();
  });
});
