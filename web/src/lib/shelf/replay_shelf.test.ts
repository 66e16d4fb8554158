import { describe, expect, it } from "vitest";
import { product } from "../../../mock/data";
import type { Chapter } from "../../client/types";
import { pinnedAt, ReplayShelf } from "./replay_shelf.svelte";
import { Shelf } from "./shelf.svelte";

const chapter = (at: number, until: number, product_id: number, size = "large"): Chapter => ({
  at,
  until,
  product_id,
  name: `Lamp ${product_id}`,
  size,
});

async function shelf(chapters: Chapter[], second: () => number): Promise<ReplayShelf> {
  const today = new Shelf();
  await today.load(Promise.resolve([1, 2, 3].map((id) => product(id, `Lamp ${id}`, 10, "https://shop.test/", ""))));
  const replay = new ReplayShelf(today, second);
  replay.chapters = chapters;
  return replay;
}

describe("the shelf of a replay", () => {
  it("pins what was pinned at the second on screen, from its first moment to before its last", () => {
    const chapters = [chapter(5, 10, 1), chapter(10, 20, 2), chapter(8, 12, 3, "small")];
    const at = (second: number) => {
      const { large, small } = pinnedAt(chapters, second);
      return [large?.product_id ?? null, small.map(({ product_id }) => product_id)];
    };
    expect([4.9, 5, 9.9, 10, 12, 20].map(at)).toEqual([
      [null, []],
      [1, []],
      [1, [3]],
      [2, [3]],
      [2, []],
      [null, []],
    ]);
  });

  it("knows hundreds of chapters, and one an hour ahead from none", () => {
    const chapters = Array.from({ length: 300 }, (_, number) => chapter(number * 60, number * 60 + 30, number));
    expect(pinnedAt(chapters, 45).large).toBeNull();
    expect(pinnedAt(chapters, 299 * 60).large?.product_id).toBe(299);
    expect(pinnedAt(chapters, 1).large?.product_id).toBe(0);
  });

  it("follows the picture forwards and back, with today's products", async () => {
    let second = 6;
    const replay = await shelf([chapter(5, 10, 1), chapter(8, 12, 2, "small")], () => second);
    expect([replay.card?.id, replay.small]).toEqual([1, []]);
    second = 9;
    expect([replay.card?.id, replay.small.map(({ id }) => id)]).toEqual([1, [2]]);
    second = 11;
    expect(replay.card).toBeNull();
    second = 6;
    expect(replay.card?.id).toBe(1);
  });

  it("says of what is on the shelf no more that it was shown", async () => {
    const replay = await shelf([chapter(0, 10, 9)], () => 3);
    expect([replay.card, replay.gone.map(({ name }) => name)]).toEqual([null, ["Lamp 9"]]);
  });

  it("leaves a card away that was dismissed, until the next", async () => {
    let second = 6;
    const replay = await shelf([chapter(5, 10, 1), chapter(10, 20, 2)], () => second);
    replay.dismiss();
    expect(replay.card).toBeNull();
    second = 11;
    expect(replay.card?.id).toBe(2);
  });
});
