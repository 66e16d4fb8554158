import { expect, it, vi } from "vitest";
import { playback } from "../../../mock/data";
import { describe } from "./meta";

/** What the head says, by name or property. */
function tagsFor(changes: object): Record<string, string> {
  const tags: { key: string; content: string }[] = [];
  vi.stubGlobal("window", { location: { href: "https://shop.test/watch/lamps" } });
  vi.stubGlobal("document", {
    title: "",
    head: { querySelector: () => null, append: (tag: (typeof tags)[number]) => tags.push(tag) },
    createElement: () => ({
      key: "",
      content: "",
      setAttribute(_: string, key: string) {
        this.key = key;
      },
    }),
  });
  describe({ ...playback(), ...changes });
  vi.unstubAllGlobals();
  return Object.fromEntries(tags.map(({ key, content }) => [key, content]));
}

it("describes a show in its host's words, and in our own where there are none", () => {
  expect(tagsFor({ description: "Lamps made by hand." })["description"]).toBe("Lamps made by hand.");
  for (const description of ["", null]) {
    const tags = tagsFor({ description });
    expect(tags["description"]).toMatch(/is showing products live/);
    expect(tags["og:description"]).toBe(tags["description"]);
  }
});
