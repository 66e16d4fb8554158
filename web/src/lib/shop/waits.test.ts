import { expect, it, vi } from "vitest";
import type { waitlist } from "../../client/shop";
import type { Place } from "../../client/types";
import { Waits, type Wanted } from "./waits";

const OUT: Place = { joined: false, position: null, offered_until: null };
const apron: Wanted = { product: 1, variant: 2 };

function line(kept: Record<string, string> = {}) {
  const places = new Map<number, Place>();
  const answer = (_: string, product: number) => Promise.resolve(places.get(product) ?? OUT);
  const api = { join: vi.fn(answer), place: vi.fn(answer) } as unknown as typeof waitlist;
  const storage = {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => void (kept[key] = value),
    removeItem: (key: string) => void delete kept[key],
  };
  const onoffered = vi.fn();
  const open = () => new Waits({ channel: "lamps", guest: () => Promise.resolve("g"), onoffered, api, storage });
  return { places, onoffered, open };
}

it("remembers over a reload what somebody waits for, until they do no longer", async () => {
  const { places, open } = line();
  places.set(1, { joined: true, position: 3, offered_until: null });
  await open().join(apron, null);
  expect(open().list).toEqual([apron]);
  expect([open().includes(apron), open().includes({ product: 1, variant: null })]).toEqual([true, false]);
  places.delete(1);
  await open().look(apron);
  expect(open().list).toEqual([]);
});

it("says at once what is kept for who comes back, and remembers who came by a mail", async () => {
  const { places, onoffered, open } = line();
  places.set(1, { joined: true, position: null, offered_until: "2026-01-01T12:00:00Z" });
  await open().look(apron);
  expect(onoffered).toHaveBeenCalledWith(apron, "2026-01-01T12:00:00Z");
  expect(open().list).toEqual([apron]);
});

it.each(["{", "7", '[{"product":"1","variant":null},null,{"product":1}]'])(
  "forgets what it cannot read: %s",
  (kept) => {
    expect(line({ "storecast.waits.lamps": kept }).open().list).toEqual([]);
  },
);
