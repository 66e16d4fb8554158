import { beforeEach, describe, expect, it } from "vitest";
import { Rows } from "./rows.svelte";

const keys = (from: number, until: number) => Array.from({ length: until - from }, (_, step) => `k${from + step}`);

let rows: Rows;
/** Draws as a page does: what is drawn is measured, each row 50 px high unless `heights` says otherwise. */
let heights: Record<string, number>;
let shown: readonly string[];
let top: number;

const sync = (next: readonly string[]) => {
  rows.sync(next);
  shown = next;
  draw();
};
function draw() {
  for (let turn = 0; turn < 6; turn += 1) {
    const [from, until] = rows.span;
    for (let index = from; index < until; index += 1) rows.measured(index, heights[shown[index] ?? ""] ?? 50);
    if (rows.atEnd) top = Math.max(0, rows.height - rows.view);
    else if (rows.wanted !== null) top = rows.wanted;
    rows.wanted = null;
    rows.top = top;
    rows.drawn();
  }
}
const scroll = (to: number) => {
  top = to;
  rows.scrolled(to);
  draw();
};
/** Where a row is seen, px from the upper edge. */
const seen = (key: string) => rows.place(shown.indexOf(key)) - top;

beforeEach(() => {
  rows = new Rows();
  rows.view = 500;
  heights = {};
  shown = [];
  top = 0;
});

describe("rows", () => {
  it("draw a few of ten thousand", () => {
    sync(keys(0, 10_000));
    const [from, until] = rows.span;
    expect(until).toBe(10_000);
    expect(until - from).toBeLessThan(40);
    expect(top + rows.view).toBeCloseTo(rows.height);
  });

  it("keep the newest in view as more come", () => {
    sync(keys(0, 100));
    sync(keys(0, 120));
    expect(seen("k119")).toBe(450);
  });

  it("keep what is read in place as more come below", () => {
    sync(keys(0, 100));
    scroll(top - 1000);
    expect(rows.atEnd).toBe(false);
    const before = seen("k75");
    sync(keys(0, 150));
    expect(seen("k75")).toBe(before);
  });

  it("keep what is read in place as older ones come above, of whatever height", () => {
    sync(keys(100, 200));
    scroll(200);
    scroll(100);
    rows.rested();
    draw();
    const before = seen("k104");
    heights = Object.fromEntries(keys(50, 100).map((key, step) => [key, 20 + step * 3]));
    sync(keys(50, 200));
    expect(seen("k104")).toBe(before);
  });

  it("keep what is read in place as the oldest are dropped", () => {
    sync(keys(0, 1000));
    scroll(40_000);
    rows.rested();
    draw();
    const before = seen("k805");
    sync(keys(300, 1000));
    expect(seen("k805")).toBe(before);
  });

  it("show the next one where the one that was read is taken away", () => {
    sync(keys(0, 100));
    scroll(2000);
    rows.rested();
    draw();
    const [first] = [shown.findIndex((key) => seen(key) > -50 && seen(key) <= 0)];
    const next = shown[first + 1] ?? "";
    sync(shown.filter((_, index) => index !== first));
    expect(seen(next)).toBeCloseTo(0);
  });

  it("move nothing under a finger while heights above become known, and reach the very top", () => {
    heights = Object.fromEntries(keys(0, 200).map((key) => [key, 70]));
    sync(keys(0, 200));
    for (let turn = 0; turn < 400 && top > 0; turn += 1) {
      const [watched] = shown.filter((key) => seen(key) >= 0);
      const before = seen(watched ?? "");
      scroll(Math.max(0, top - 60));
      if (top > 0) expect(seen(watched ?? "")).toBeCloseTo(before + 60);
      if (turn % 5 === 4) {
        const at = seen(watched ?? "");
        rows.rested();
        draw();
        expect(seen(watched ?? "")).toBeCloseTo(at);
      }
    }
    rows.rested();
    draw();
    scroll(0);
    rows.rested();
    draw();
    scroll(0);
    expect(seen("k0")).toBeCloseTo(0);
  });

  it("know that somebody came back to the end", () => {
    sync(keys(0, 100));
    scroll(top - 300);
    scroll(rows.height - rows.view - 20);
    expect(rows.atEnd).toBe(true);
  });

  it("let go at the first turn of the wheel", () => {
    sync(keys(0, 100));
    scroll(top - 10);
    expect(rows.atEnd).toBe(false);
    const before = seen("k95");
    sync(keys(0, 101));
    expect(seen("k95")).toBe(before);
  });

  it("stay at the end when the part in view becomes lower, and after a while out of sight", () => {
    sync(keys(0, 100));
    rows.view = 200;
    draw();
    expect(seen("k99")).toBe(150);
    rows.measured(99, 0);
    expect(rows.place(99)).toBe(4950 + (rows.height - 5000));
  });

  it("bring a row into view", () => {
    sync(keys(0, 1000));
    rows.reveal(3);
    draw();
    expect([rows.atEnd, seen("k3")]).toEqual([false, 0]);
    rows.reveal(999);
    draw();
    expect([rows.atEnd, seen("k999")]).toEqual([true, 450]);
  });
});
