/** Whether a device's name ("Safari on iOS") is that of something held in a hand. */
export function isHandheld(name: string): boolean {
  return /\b(Android|iOS|iPadOS|Mobile)\b/i.test(name);
}
