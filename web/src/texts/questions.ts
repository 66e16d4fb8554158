import type { Texts } from "./en/questions";
import { load } from "./load";

export const questions = await load("questions", import.meta.glob<Texts>("./*/questions.ts", { import: "texts" }));
