import type { Texts } from "./en/sign_in";
import { load } from "./load";

export const signIn = await load("sign_in", import.meta.glob<Texts>("./*/sign_in.ts", { import: "texts" }));
