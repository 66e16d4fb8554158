import { afterEach, expect, it, vi } from "vitest";
import type { Order } from "../../../client/types";

const item = (name: string, quantity: number, variant: string | null = null) => ({ name, quantity, variant });
const order = { items: { data: [item("Lamp", 2), item("Apron", 1, "Red"), item("Mug", 1)] } } as unknown as Order;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

it.each([
  ["en", "2 × Lamp, 1 × Apron (Red), 1 × Mug"],
  ["de", "2 × Lamp, 1 × Apron (Red) und 1 × Mug"],
  ["zh", "2 × Lamp、1 × Apron (Red)、1 × Mug"],
  ["ar", "\u20682 × Lamp\u2069 و\u20681 × Apron (Red)\u2069 و\u20681 × Mug\u2069"],
])("tells the articles of an order apart in a line in %s", async (language, line) => {
  vi.stubGlobal("navigator", { languages: [language] });
  vi.resetModules();
  const { summary } = await import("./order");
  expect(summary(order)).toBe(line);
});
