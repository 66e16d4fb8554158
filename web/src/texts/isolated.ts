/** A name among words that may run the other way (Unicode TR 9: first strong isolate). */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}
