import { expect, it } from "vitest";
import { question } from "../../../mock/asking";
import type { Question } from "../../client/types";
import { byVotes } from "./question";
import { Standing } from "./standing.svelte";

function listed(...all: Question[]) {
  const held = $state({ all });
  const standing = new Standing(
    () => held.all,
    ({ status }) => status === "open",
    byVotes,
  );
  standing.settle();
  const vote = (id: string, votes: number) =>
    (held.all = held.all.map((each) => (each.id === id ? { ...each, votes } : each)));
  return { held, standing, vote, ids: () => standing.list.map(({ id }) => id) };
}

it("keeps its order while votes change, and takes the new one when it settles", () => {
  const { standing, vote, ids } = listed(question("a", { votes: 3 }), question("b", { votes: 2 }));
  vote("b", 9);
  expect(ids()).toEqual(["a", "b"]);
  expect(standing.list[1]?.votes).toBe(9);
  expect(standing.moved).toBe(true);
  standing.settle();
  expect(ids()).toEqual(["b", "a"]);
  expect(standing.moved).toBe(false);
});

it("says what came, without showing it, and where it has a place counts it no more", () => {
  const { held, standing, ids } = listed(question("a", { votes: 3 }));
  held.all = [...held.all, question("b", { votes: 5 })];
  expect(ids()).toEqual(["a"]);
  expect(standing.fresh.map(({ id }) => id)).toEqual(["b"]);
  expect([standing.count, standing.moved]).toEqual([2, true]);
  standing.append();
  expect(ids()).toEqual(["a", "b"]);
  expect(standing.fresh).toEqual([]);
});

it("leaves in place what belongs elsewhere by now, and drops what is gone", () => {
  const { held, standing, ids } = listed(question("a", { votes: 3 }), question("b"), question("c"));
  held.all = held.all
    .filter(({ id }) => id !== "b")
    .map((each) => (each.id === "a" ? { ...each, status: "answered" as const } : each));
  expect(ids()).toEqual(["a", "c"]);
  expect(standing.moved).toBe(true);
  standing.settle();
  expect(ids()).toEqual(["c"]);
});

it("lets one leave that was dealt with, and no other move for it", () => {
  const { held, standing, vote, ids } = listed(question("a", { votes: 3 }), question("b", { votes: 2 }), question("c"));
  vote("c", 7);
  held.all = held.all.map((each) => (each.id === "a" ? { ...each, status: "answered" as const } : each));
  standing.leave("a");
  standing.leave("b");
  expect(ids()).toEqual(["b", "c"]);
});

it("puts the pinned one first, and of as many votes the newest", () => {
  const { ids } = listed(
    question("old", { votes: 5, created_at: "2026-01-01T12:00:00.000000Z" }),
    question("new", { votes: 5, created_at: "2026-01-01T12:00:01.000000Z" }),
    question("pinned", { pinned: true }),
  );
  expect(ids()).toEqual(["pinned", "new", "old"]);
});
