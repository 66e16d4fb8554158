/** So many words a channel may block, and each so long, in characters. */
export const MOST_WORDS = 500;

/** What is written, a word or phrase a line, as a list: each once, none empty. */
export function listed(text: string): string[] {
  const lines = text.split(/\n/u).map((line) => line.trim().replace(/\s+/gu, " "));
  return [...new Map(lines.filter((line) => line !== "").map((line) => [line.toLocaleLowerCase(), line])).values()];
}
