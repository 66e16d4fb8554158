import type { Texts } from "./en/replay";
import { load } from "./load";

export const replay = await load("replay", import.meta.glob<Texts>("./*/replay.ts", { import: "texts" }));
