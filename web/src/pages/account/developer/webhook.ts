import type { Webhook } from "../../../client/types";
import { webhooks as texts } from "../../../texts/webhooks";

export type Group = keyof typeof texts.groups;

/** The events that go out, by what they are about. */
export const GROUPS = Object.keys(texts.groups) as Group[];

/** What a webhook is asked for by here: what it is for, else where it goes. */
export const nameOf = (webhook: Pick<Webhook, "description" | "url">): string => webhook.description || webhook.url;

/** Which events it asks for, for people: groups in words, single ones by their names. */
export function namesOf(events: readonly string[]): string {
  return events.length === 0 ? texts.all : events.map((name) => groupOf(name) ?? name).join(", ");
}

/** What one can choose from: the groups, and the single events that a program chose before. */
export function choices(events: readonly string[]): { value: string; label: string }[] {
  const groups = GROUPS.map((group) => ({ value: `${group}.*`, label: texts.groups[group] }));
  return [...groups, ...events.filter((name) => !groupOf(name)).map((name) => ({ value: name, label: name }))];
}

function groupOf(name: string): string | undefined {
  return texts.groups[name.replace(/\.\*$/, "") as Group];
}
