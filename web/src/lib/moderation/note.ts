import type { ModerationNote } from "../../client/types";
import { locale } from "../../texts/language";
import { moderation as words } from "../../texts/moderation";
import { inShort, listed } from "./people";

const { acts, rules } = words;

/** What was done, in the reader's words; an act that only a newer server knows by its name. */
export function actOf({ action }: Pick<ModerationNote, "action">): string {
  return acts[action as keyof typeof acts] ?? action;
}

/** More of it: for how long, why, which rules. */
export function detailOf({ action, detail }: Pick<ModerationNote, "action" | "detail">): string | null {
  if (detail === null) return action === "ban" ? words.forGood : null;
  if (action === "settings")
    return listed(
      detail.split(", ").map((rule) => rules[rule.split("=")[0] as keyof typeof rules] ?? rule),
      locale,
    );
  if (action !== "ban") return detail;
  // `seconds=600 hidden network: why`
  const [, seconds, hidden, network, reason] =
    /^(?:seconds=(\d+))? ?(hidden)? ?(network)?(?:(?:^|: )(.*))?$/su.exec(detail) ?? [];
  const said = [seconds ? inShort(Number(seconds), locale) : words.forGood];
  if (hidden) said.push(words.silently);
  if (network) said.push(words.network);
  if (reason) said.push(reason);
  return said.join(" · ");
}
