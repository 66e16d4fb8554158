import type { Playback } from "../../client/types";

export interface Part {
  value: number;
  unit: "days" | "hours" | "minutes" | "seconds";
}

/** What is left in days, hours, minutes and seconds, without leading zero parts; null when nothing is. */
export function split(milliseconds: number): Part[] | null {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds <= 0) return null;
  const parts: Part[] = [
    { value: Math.floor(seconds / 86_400), unit: "days" },
    { value: Math.floor(seconds / 3600) % 24, unit: "hours" },
    { value: Math.floor(seconds / 60) % 60, unit: "minutes" },
    { value: seconds % 60, unit: "seconds" },
  ];
  const first = parts.findIndex(({ value }) => value > 0);
  return parts.slice(Math.min(first, 2));
}

/** When a show is announced for, null when it is not. */
export function announcedFor(details: Pick<Playback, "starts_at" | "starts_at_status"> | null): Date | null {
  const time = details?.starts_at && details.starts_at_status ? new Date(details.starts_at) : null;
  return time && !Number.isNaN(time.getTime()) ? time : null;
}
