import type { Texts } from "./en/aslive";
import { load } from "./load";

export const aslive = await load("aslive", import.meta.glob<Texts>("./*/aslive.ts", { import: "texts" }));
