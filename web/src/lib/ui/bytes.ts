import { locale as spoken } from "../../texts/language";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A file's size, in the unit that suits it: "1.2 MB". A unit is 1024 of the one before, as where the API says one. */
export function inBytes(size: number, locale = spoken): string {
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const format = { style: "unit", unit: UNITS[unit], unitDisplay: "short", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale, format).format(size);
}
