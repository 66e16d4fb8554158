import type { Texts } from "./en/golive";
import { load } from "./load";

export const golive = await load("golive", import.meta.glob<Texts>("./*/golive.ts", { import: "texts" }));
