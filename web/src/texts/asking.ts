import type { Texts } from "./en/asking";
import { load } from "./load";

export const asking = await load("asking", import.meta.glob<Texts>("./*/asking.ts", { import: "texts" }));
