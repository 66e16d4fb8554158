/** What the server takes as a channel's address. */
export const ADDRESS = /^[A-Za-z0-9_-]{4,15}$/;
const LONGEST = 15;

/** Letters that do not come apart into a Latin one and an accent. */
const SPELT: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ł: "l", ı: "i", þ: "th" };

/** An address made from a name: "mullers-lamps"; empty where the name has too few Latin letters for one. */
export function proposed(name: string): string {
  const latin = name
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/[ßæœøđłıþ]/g, (letter) => SPELT[letter] ?? "")
    .replace(/['’]/g, "");
  const words = latin.split(/[^a-z0-9]+/).filter(Boolean);
  let address = "";
  for (const word of words) {
    const longer = address ? `${address}-${word}` : word;
    // Whole words, but for the first.
    if (longer.length > LONGEST && address) break;
    address = longer.slice(0, LONGEST);
  }
  return ADDRESS.test(address) ? address : "";
}
