import type { Message } from "../../client/types";

/** Time-outs as they are offered, seconds. */
export const SPANS = [10, 60, 600, 3600, 86_400] as const;
/** Slow mode as it is offered, seconds between two messages; 0: none. */
export const PACES = [0, 3, 5, 10, 30, 60, 300] as const;

/** Whether something can be done about who said it: not about oneself, nor who runs the channel. */
export function answerable({ author }: Message, me: string | null): boolean {
  return author.data.role === "viewer" && author.data.id !== me;
}

/** One after the other, as the language writes that: "Spam, Fraud". */
export function listed(parts: readonly string[], locale: string): string {
  return new Intl.ListFormat(locale, { style: "short", type: "unit" }).format(parts);
}

/** So long, in as few letters as the language has for it: "10 s", "24 Std." */
export function inShort(seconds: number, locale: string): string {
  const [amount, unit] =
    seconds < 60 ? [seconds, "second"] : seconds < 3600 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(amount);
}
