import { expect, it } from "vitest";
import { tileAt, tilesOf } from "./storyboard";

const VTT = `WEBVTT

00:00.000 --> 00:01.500
storyboard.webp#xywh=0,0,160,90

1:00:00.000 --> 1:00:10.000
storyboard.webp#xywh=160,90,160,90
`;

it("finds the small picture of a time, beside the file that names it, whatever token its address has", () => {
  const tiles = tilesOf(VTT, "https://shop.example/videos/m/v/token/storyboard.vtt");
  expect(tiles[0]?.sheet).toBe("https://shop.example/videos/m/v/token/storyboard.webp");
  expect(tileAt(tiles, 1)?.x).toBe(0);
  expect(tileAt(tiles, 3600)).toMatchObject({ x: 160, y: 90, width: 160, height: 90 });
  expect(tileAt(tiles, 9999)?.x).toBe(160);
  expect(tilesOf("nonsense", "https://shop.example/")).toEqual([]);
});
