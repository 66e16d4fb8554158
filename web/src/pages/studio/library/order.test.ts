import { expect, it } from "vitest";
import { moves } from "./order";

/** As the server does it: out of its place, then in again. */
function after(order: readonly string[], wanted: readonly string[]): string[] {
  return moves(order, wanted).reduce(
    (found, { id, order: to }) => {
      const others = found.filter((each) => each !== id);
      return others.toSpliced(to, 0, id);
    },
    [...order],
  );
}

it("moves one thing once, however far it goes", () => {
  const order = ["a", "b", "c", "d", "e"];
  expect(moves(order, order)).toEqual([]);
  expect(moves(order, ["b", "c", "d", "e", "a"])).toEqual([{ id: "a", order: 4 }]);
  expect(moves(order, ["e", "a", "b", "c", "d"])).toEqual([{ id: "e", order: 0 }]);
});

it("leads from any order to any other", () => {
  const order = ["a", "b", "c", "d", "e", "f", "g"];
  for (let step = 1; step < 200; step += 1) {
    const wanted = [...order].sort(
      (one, other) => ((one.charCodeAt(0) * step) % 17) - ((other.charCodeAt(0) * step) % 17),
    );
    expect(after(order, wanted)).toEqual(wanted);
  }
  expect(after(order, [...order].reverse())).toEqual([...order].reverse());
});
