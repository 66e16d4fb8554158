/** Who finds a channel, by its `privacy`. */
export const PRIVACIES = [
  { value: 0, name: "Public", text: "Anyone can find and watch it." },
  { value: 1, name: "Unlisted", text: "Anyone with the link can watch it." },
  { value: 2, name: "Private", text: "Only people you invite with a code." },
] as const;

export function privacyName(privacy: number): string {
  return PRIVACIES.find(({ value }) => value === privacy)?.name ?? "Private";
}
