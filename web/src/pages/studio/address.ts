/** Addresses as the server makes them of names (`domains/channels/slugs.py`), to be shown before it does. */

/** What it takes of somebody who writes one. */
export const ADDRESS = /^[A-Za-z0-9_-]{4,15}$/;
const SHORTEST = 4;
const LONGEST = 15;
const RESERVED = ["playback", "products", "media", "stats", "notification", "heartbeat", "event"];

/** Languages whose dots are no umlauts. */
const DOTTED = ["az", "ca", "es", "et", "fi", "fr", "hu", "nl", "pt", "sv", "tr"];
/** Latin letters that are more than one with an accent. */
const SPELT: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ł: "l",
  ı: "i",
  þ: "th",
};
const UMLAUTS: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue" };

/** "muellers-lamps" for "Müller's lamps"; null where the name is in letters that only the server spells in Latin ones. */
export function proposed(name: string, locale: string): string | null {
  const language = locale.split(/[-_]/)[0] ?? "";
  const lower = name.normalize("NFC").toLowerCase();
  const latin = (DOTTED.includes(language) ? lower : lower.replace(/[äöü]/g, (letter) => UMLAUTS[letter] ?? ""))
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .replace(/[ßæœøđðłıþ]/g, (letter) => SPELT[letter] ?? "")
    .replace(/['’ʼ]/g, "")
    .replace(/\p{Extended_Pictographic}|\p{Regional_Indicator}|[\u200d\ufe0f]/gu, " ");
  if (/[^\x00-\x7f\p{P}\p{Z}]/u.test(latin)) return null;
  const words: string[] = [];
  for (const word of latin.match(/[a-z0-9]+/g) ?? []) {
    if ([...words, word].join("-").length > LONGEST) return words.join("-") || word.slice(0, LONGEST);
    words.push(word);
  }
  return words.join("-");
}

/** Whether it can do without a random ending. */
export function standsAlone(address: string): boolean {
  return address.length >= SHORTEST && !/^\d+$/.test(address) && !RESERVED.includes(address);
}
