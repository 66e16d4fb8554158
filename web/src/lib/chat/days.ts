import { locale } from "../../texts/language";

const DAY_MS = 86_400_000;

/** The day of `now`, where it is another than that of what was said before; null within a day, and of today at first. */
export function dayBetween(before: string | undefined, now: string, today: Date = new Date()): string | null {
  const said = new Date(now);
  const day = midnight(said);
  if (Number.isNaN(day)) return null;
  if (before === undefined ? day === midnight(today) : day === midnight(new Date(before))) return null;
  const ago = Math.round((day - midnight(today)) / DAY_MS);
  if (ago > -2 && ago < 1) return capital(new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(ago, "day"));
  const year = said.getFullYear() === today.getFullYear() ? undefined : ("numeric" as const);
  return said.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", year });
}

const midnight = (time: Date) => new Date(time).setHours(0, 0, 0, 0);

const capital = (word: string) => word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
