import type { Texts } from "./en/watch";
import { load } from "./load";

export const watch = await load("watch", import.meta.glob<Texts>("./*/watch.ts", { import: "texts" }));
