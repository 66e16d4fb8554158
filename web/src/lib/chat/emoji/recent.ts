const STORED = "storecast.emoji";
const KEPT = 16;

/** What this reader sent last, the newest first. */
export function recent(): string[] {
  return globalThis.localStorage?.getItem(STORED)?.split(" ").filter(Boolean) ?? [];
}

export function used(emoji: string): void {
  const all = [emoji, ...recent().filter((each) => each !== emoji)].slice(0, KEPT);
  globalThis.localStorage?.setItem(STORED, all.join(" "));
}
