import { account } from "../../../texts/account";

/** Whether a device's name ("Safari on iOS") is that of something held in a hand. */
export function isHandheld(name: string): boolean {
  return /\b(Android|iOS|iPadOS|Mobile)\b/i.test(name);
}

/** A device's name as the server puts it, in the reader's language. */
export function nameOf(device: string): string {
  if (device === "Unknown device") return account.devices.unknown;
  const [, browser, system] = /^(.+) on (.+)$/.exec(device) ?? [];
  return browser && system ? account.devices.on(browser, system) : device;
}
