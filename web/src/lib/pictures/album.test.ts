import { beforeEach, expect, it, vi } from "vitest";
import { Album, MOST_PICTURES } from "./album.svelte";

let made = 0;
beforeEach(() => {
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${(made += 1)}`);
  vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => undefined);
});

const file = (name: string, size = 10, type = "image/png") => {
  const made = new File(["x"], name, { type });
  Object.defineProperty(made, "size", { value: size });
  return made;
};
const at = (album: Album, place: number) => {
  const picture = album.list[place];
  if (!picture) throw new Error(`no picture ${place}`);
  return picture;
};

it("says nothing of pictures that stay as they are", () => {
  const album = new Album(["/a", "/b"]);
  album.place(at(album, 0), 1);
  album.place(at(album, 0), 1);
  expect([album.order, album.files]).toEqual([null, []]);
});

it("names those that stay by their address, and those to come in their place", () => {
  const album = new Album(["/a", "/b"]);
  const [first, second] = [file("1.png"), file("2.png")];
  album.take([first, second]);
  album.place(at(album, 3), 0);
  album.remove(at(album, 1));
  expect(album.order).toEqual(["new", "/b", "new"]);
  // The server is sent them in this order, too.
  expect(album.files).toEqual([second, first]);
});

it("takes what is good, and says of the rest why not", () => {
  const album = new Album([]);
  album.take([file("notes.txt", 10, "text/plain"), file("ok.png")]);
  expect([album.files.length, album.refused]).toEqual([1, expect.stringContaining("notes.txt")]);
  album.broken(at(album, 0));
  expect([album.files.length, album.refused]).toEqual([0, expect.stringContaining("ok.png")]);
});

it("has an end, in number and in bytes", () => {
  const album = new Album(["/a"]);
  album.take(Array.from({ length: MOST_PICTURES }, (_, number) => file(`${number}.png`)));
  expect([album.list.length, album.refused]).toEqual([MOST_PICTURES, expect.stringContaining("8")]);
  const heavy = new Album([]);
  heavy.take(Array.from({ length: 4 }, (_, number) => file(`${number}.png`, 11 << 20)));
  expect([heavy.list.length, heavy.refused]).toEqual([3, expect.stringContaining("36")]);
});

it("says no longer why something is not taken once there is room for it", () => {
  const album = new Album([]);
  album.take(Array.from({ length: MOST_PICTURES + 1 }, (_, number) => file(`${number}.png`)));
  expect(album.refused).not.toBeNull();
  album.remove(at(album, 0));
  expect(album.refused).toBeNull();
});
