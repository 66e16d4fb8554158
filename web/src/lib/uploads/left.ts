import { locale as spoken } from "../../texts/language";

/** "40 seconds", "5 minutes", "2 hours": as exact as anybody can tell. */
export function leftInWords(seconds: number, locale = spoken): string {
  const [value, unit] =
    seconds < 60 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  const format = { style: "unit", unit: unit as string, unitDisplay: "long" } as const;
  return new Intl.NumberFormat(locale, format).format(Math.max(1, Math.round(value as number)));
}
