import type { Texts } from "./en/home";
import { load } from "./load";

export const home = await load("home", import.meta.glob<Texts>("./*/home.ts", { import: "texts" }));
