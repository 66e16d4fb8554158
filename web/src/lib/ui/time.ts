import { common } from "../../texts/common";
import { locale as spoken } from "../../texts/language";

const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const OLD_DAYS = 14;

/** "5 minutes ago", "yesterday", "in 3 hours"; the date itself once it is two weeks off. */
export function relative(iso: string, now: number, locale = spoken): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  if (Number.isNaN(seconds)) return "";
  const away = Math.abs(seconds);
  if (away >= OLD_DAYS * 86_400) return new Date(iso).toLocaleDateString(locale, { dateStyle: "medium" });
  for (const [unit, size] of STEPS) {
    if (away >= size) {
      return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
    }
  }
  return common.justNow;
}
