/**
 * The key that somebody pressed, by what stands on it, in lower case.
 *
 * On a keyboard of other letters than Latin ones it is the Latin letter of its place, as on most such keyboards: nobody
 * should have to switch it to use a shortcut.
 */
export function letterOf({ key, code }: Pick<KeyboardEvent, "key" | "code">): string {
  const latin = /^Key([A-Z])$/u.exec(code)?.[1];
  return key.length === 1 && key > "\u007f" && latin ? latin.toLowerCase() : key.toLowerCase();
}
