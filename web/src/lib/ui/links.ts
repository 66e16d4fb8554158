/** A part of a text; one that is a web address leads there. */
export interface Piece {
  text: string;
  href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"]+|\bwww\.[^\s<>"]+\.[^\s<>"]+/giu;
/** What stands after an address rather than in it; a bracket only where none was opened. */
const AFTER = /[.,;:!?'»”’)\]}،؛؟。，！？；：、）】》]$/u;
const OPENS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** What people write of a show, its web addresses found. Nothing in it is read as markup. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let done = 0;
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    const address = bare(match);
    const href = hrefOf(address);
    if (href === null) continue;
    if (index > done) found.push({ text: text.slice(done, index), href: null });
    found.push({ text: address, href });
    done = index + address.length;
  }
  if (done < text.length) found.push({ text: text.slice(done), href: null });
  return found;
}

function bare(match: string): string {
  let address = match;
  for (let last = AFTER.exec(address)?.[0]; last !== undefined; last = AFTER.exec(address)?.[0]) {
    const opening = OPENS[last];
    if (opening !== undefined && address.split(opening).length >= address.split(last).length) break;
    address = address.slice(0, -last.length);
  }
  return address;
}

function hrefOf(address: string): string | null {
  try {
    return new URL(/^www\./i.test(address) ? `https://${address}` : address).href;
  } catch {
    return null;
  }
}
