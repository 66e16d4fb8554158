import type { VideoType } from "../../client/uploads";

/** What the server takes of one file. */
export const MOST_BYTES = 50 * 1024 ** 3;
const LONGEST_NAME = 200;

/** By the ends of names: systems do not tell a browser the type of every file. */
const TYPES: Readonly<Record<string, VideoType>> = {
  mp4: "video/mp4",
  m4v: "video/mp4",
  mpeg: "video/mpeg",
  mpg: "video/mpeg",
  webm: "video/webm",
  mov: "video/quicktime",
  mkv: "video/x-matroska",
};

/** What a file chooser offers. */
export const ACCEPTED = [...new Set(Object.values(TYPES)), ...Object.keys(TYPES).map((end) => `.${end}`)].join(",");

/** What kind of video it is; null for what is none. */
export function typeOf(file: { name: string; type: string }): VideoType | null {
  const known = Object.values(TYPES).find((type) => type === file.type);
  return known ?? TYPES[file.name.split(".").at(-1)?.toLowerCase() ?? ""] ?? null;
}

/** As the server takes names: not too long, and with their end. */
export function shortName(name: string): string {
  return name.length <= LONGEST_NAME ? name : name.slice(0, LONGEST_NAME - 10) + name.slice(-10);
}

/** What tells a file from others on a channel, as long as nobody changes it. */
export function fingerprint(file: File, channel: string): string {
  return [channel, file.name, file.size, file.lastModified].join("|");
}
