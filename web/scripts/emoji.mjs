/**
 * Writes what the emoji of the picker are called, in the six languages, from Unicode's CLDR:
 *
 *   npm install --no-save cldr-annotations-full && npm run emoji
 *
 * That package has 90 MB of every language's names, so it is fetched for this alone.
 */
import { readFile, writeFile } from "node:fs/promises";

const LANGUAGES = ["en", "es", "fr", "de", "ar", "zh"];
/** So many words to find one by, beside its name. */
const WORDS = 5;
const CLDR = new URL("../node_modules/cldr-annotations-full/", import.meta.url);

const list = await readFile(new URL("../src/lib/chat/emoji/list.ts", import.meta.url), "utf8");
const emoji = [...list.matchAll(/"([^"]*\p{Extended_Pictographic}[^"]*)"/gu)].flatMap(([, group]) => group.split(" "));
const { version } = JSON.parse(await readFile(new URL("package.json", CLDR), "utf8"));

for (const language of LANGUAGES) {
  const path = new URL(`annotations/${language}/annotations.json`, CLDR);
  const { annotations } = JSON.parse(await readFile(path, "utf8")).annotations;
  const names = {};
  for (const each of emoji) {
    const { tts, default: words } = annotations[each] ?? annotations[each.replace("\ufe0f", "")];
    const name = tts[0];
    const more = words.filter((word) => !name.toLowerCase().includes(word.toLowerCase())).sort(byLength);
    names[each] = [name, ...more.slice(0, WORDS)].join("|");
  }
  const text = `// Made by scripts/emoji.mjs from CLDR ${version}. © Unicode, Inc.; Unicode License v3, https://www.unicode.org/license.txt
/** What each emoji is called, then other words to find it by. */
export const names: Readonly<Record<string, string>> = ${JSON.stringify(names, null, 2)};\n`;
  await writeFile(new URL(`../src/lib/chat/emoji/names/${language}.ts`, import.meta.url), text);
}

function byLength(one, other) {
  return one.length - other.length;
}
