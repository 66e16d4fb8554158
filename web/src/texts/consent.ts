import type { Texts } from "./en/consent";
import { load } from "./load";

export const consent = await load("consent", import.meta.glob<Texts>("./*/consent.ts", { import: "texts" }));
