import type { Texts } from "./en/subscribe";
import { load } from "./load";

export const subscribe = await load("subscribe", import.meta.glob<Texts>("./*/subscribe.ts", { import: "texts" }));
