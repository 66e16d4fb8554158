import type { Texts } from "./en/reference";
import { load } from "./load";

export const reference = await load("reference", import.meta.glob<Texts>("./*/reference.ts", { import: "texts" }));
