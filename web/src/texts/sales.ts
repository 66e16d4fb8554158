import type { Texts } from "./en/sales";
import { load } from "./load";

export const sales = await load("sales", import.meta.glob<Texts>("./*/sales.ts", { import: "texts" }));
