import type { Texts } from "./en/chat";
import { load } from "./load";

export const chat = await load("chat", import.meta.glob<Texts>("./*/chat.ts", { import: "texts" }));
