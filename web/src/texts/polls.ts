import type { Texts } from "./en/polls";
import { load } from "./load";

export const polls = await load("polls", import.meta.glob<Texts>("./*/polls.ts", { import: "texts" }));
