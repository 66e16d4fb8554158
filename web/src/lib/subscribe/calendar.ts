/** A show as calendars on the web take it. */
export interface Entry {
  title: string;
  starts: Date;
  /** Where it is watched. */
  link: string;
  description: string;
}

/** Nobody says how long a show is to be. */
const LASTS_MS = 3_600_000;

/** In UTC, and said so: calendars take a time without its zone for their own reader's. */
const exact = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;
const compact = (date: Date) => exact(date).replaceAll(/[-:]/g, "");
const ends = ({ starts }: Entry) => new Date(starts.getTime() + LASTS_MS);
const body = ({ description, link }: Entry) => (description ? `${description.slice(0, 500)}\n\n${link}` : link);

function address(base: string, query: Record<string, string>): string {
  const url = new URL(base);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

export function googleLink(entry: Entry): string {
  return address("https://calendar.google.com/calendar/render", {
    action: "TEMPLATE",
    text: entry.title,
    dates: `${compact(entry.starts)}/${compact(ends(entry))}`,
    details: body(entry),
    location: entry.link,
  });
}

/** Of Outlook on the web. */
export function outlookLink(entry: Entry): string {
  return address("https://outlook.live.com/calendar/0/action/compose", {
    rru: "addevent",
    subject: entry.title,
    startdt: exact(entry.starts),
    enddt: exact(ends(entry)),
    body: body(entry),
    location: entry.link,
  });
}
