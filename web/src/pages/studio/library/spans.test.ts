import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { edged, freshClip, freshCut, goneOf, keptOf, lengthOf, MOST_KEPT, onward, slid } from "./spans";

const all = { start: 0, end: 100 };

it("offers as many stretches as the API keeps", () => {
  const { schemas } = JSON.parse(readFileSync("openapi.json", "utf8")).components;
  expect(schemas.Trim.properties.keep.maxItems).toBe(MOST_KEPT);
});

it("keeps what lies between the bounds and outside the cuts, in order, wherever cuts overlap or stick out", () => {
  const cuts = [
    { start: 40, end: 60 },
    { start: 10, end: 20 },
    { start: 15, end: 30 },
    { start: 95, end: 100 },
  ];
  const kept = keptOf({ start: 5, end: 98 }, cuts);
  expect(kept).toEqual([
    { start: 5, end: 10 },
    { start: 30, end: 40 },
    { start: 60, end: 95 },
  ]);
  expect(lengthOf(kept)).toBe(50);
  expect(goneOf(kept, 100)).toEqual([
    { start: 0, end: 5 },
    { start: 10, end: 30 },
    { start: 40, end: 60 },
    { start: 95, end: 100 },
  ]);
});

it("lets nothing stand that the server would refuse as too short", () => {
  expect(keptOf(all, [{ start: 0.05, end: 50 }, { start: 50.09, end: 100 }])).toEqual([]); // prettier-ignore
  expect(keptOf(all, [{ start: 0.1, end: 100 }])).toEqual([{ start: 0, end: 0.1 }]);
});

it("plays on from the next stretch that is kept, and ends after the last", () => {
  const kept = [
    { start: 5, end: 10 },
    { start: 30, end: 40 },
  ];
  expect(onward(kept, 0)).toBe(5);
  expect(onward(kept, 7)).toBe(7);
  expect(onward(kept, 10)).toBe(30);
  expect(onward(kept, 40)).toBeNull();
});

it("stops an edge at the video's ends and before its other edge", () => {
  expect(edged(all, "start", -1, 100).start).toBe(0);
  expect(edged(all, "end", 101, 100).end).toBe(100);
  expect(edged({ start: 0, end: 10 }, "start", 12, 100)).toEqual({ start: 9.9, end: 10 });
});

it("holds a clip between 15 and 90 seconds, whichever edge is moved", () => {
  for (const edge of ["start", "end"] as const) {
    for (let to = -10; to <= 310; to += 3.7) {
      const { start, end } = slid({ start: 100, end: 130 }, edge, to, 300);
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(300);
      expect(end - start).toBeGreaterThanOrEqual(15 - 0.001);
      expect(end - start).toBeLessThanOrEqual(90 + 0.001);
    }
  }
  expect(slid({ start: 100, end: 130 }, "start", 120, 300)).toEqual({ start: 120, end: 135 });
  expect(freshClip(290, 300)).toEqual({ start: 270, end: 300 });
  expect(freshClip(5, 10)).toEqual({ start: 0, end: 10 });
});

it("cuts out something that can be seen, within the bounds", () => {
  expect(freshCut(99, all)).toEqual({ start: 90, end: 100 });
  expect(freshCut(0, { start: 3, end: 3.5 })).toEqual({ start: 3, end: 3.5 });
});
