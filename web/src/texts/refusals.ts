import type { Texts } from "./en/refusals";
import { load } from "./load";

export const refusals = await load("refusals", import.meta.glob<Texts>("./*/refusals.ts", { import: "texts" }));
