import type { Texts } from "./en/webhooks";
import { load } from "./load";

export const webhooks = await load("webhooks", import.meta.glob<Texts>("./*/webhooks.ts", { import: "texts" }));
