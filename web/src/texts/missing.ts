import type { Texts } from "./en/missing";
import { load } from "./load";

export const missing = await load("missing", import.meta.glob<Texts>("./*/missing.ts", { import: "texts" }));
