const folded = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** The emoji whose name, or another word for them, has this in it; `names` has name and words by emoji, between bars. */
export function search(text: string, names: Readonly<Record<string, string>>): string[] {
  const wanted = folded(text.trim());
  if (wanted === "") return [];
  const found = Object.entries(names).map(([emoji, words]) => [emoji, rank(folded(words), wanted)] as const);
  return found
    .filter(([, rank]) => rank < 3)
    .sort(([, one], [, other]) => one - other)
    .map(([emoji]) => emoji);
}

/** A word that begins so counts for more than one that has it somewhere. */
function rank(words: string, wanted: string): number {
  if (words.startsWith(wanted) || words.includes(`|${wanted}`)) return 0;
  if (words.includes(` ${wanted}`)) return 1;
  return words.includes(wanted) ? 2 : 3;
}

export const nameOf = (emoji: string, names: Readonly<Record<string, string>>): string =>
  names[emoji]?.split("|")[0] ?? emoji;
