/** What a form holds once `sent` was saved as `saved`: that, save for what was typed meanwhile. */
export function afterSaving<Draft extends object>(sent: Draft, now: Draft, saved: Draft): Draft {
  const before = new Map<string, unknown>(Object.entries(sent));
  const typed = Object.entries(now).filter(([field, value]) => value !== before.get(field));
  return { ...saved, ...Object.fromEntries(typed) };
}
