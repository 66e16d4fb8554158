import { locale } from "../../texts/language";
import { show } from "../../texts/show";

/** The codecs of a show, by their RFC 6381 names, and what is said where a browser cannot play them. */

type Kind = "video" | "sound";

/** How names begin, the longer before the shorter, and what people call it. */
const KNOWN: readonly [start: string, name: string, kind: Kind][] = [
  ["avc", "H.264", "video"],
  ["hvc1", "HEVC", "video"],
  ["hev1", "HEVC", "video"],
  ["av01", "AV1", "video"],
  ["vp09", "VP9", "video"],
  ["mp4a.40.34", "MP3", "sound"],
  ["mp4a.6b", "MP3", "sound"],
  ["mp4a", "AAC", "sound"],
  ["opus", "Opus", "sound"],
  ["flac", "FLAC", "sound"],
];

const known = (codec: string) => KNOWN.find(([start]) => codec.toLowerCase().startsWith(start));

/** What people call a codec: "HEVC" for `hvc1.1.6.L93.B0`. */
export const codecName = (codec: string): string => known(codec)?.[1] ?? codec;

/** The codecs a multivariant playlist names (RFC 8216, 4.3.4.2). */
export function codecsIn(playlist: string): string[] {
  const lists = [...playlist.matchAll(/^#EXT-X-STREAM-INF:.*?\bCODECS="([^"\n]*)"/gm)].map(([, list]) => list ?? "");
  return [...new Set(lists.flatMap(split))];
}

export const split = (list: string): string[] =>
  list
    .split(",")
    .map((codec) => codec.trim())
    .filter(Boolean);

/** What is said to the viewer: `codecs` are those that this browser cannot play, none where it does not tell. */
export function refusal(codecs: readonly string[]): { title: string; advice: string } {
  const names = (kind: Kind) => [...new Set(codecs.filter((each) => known(each)?.[2] === kind).map(codecName))];
  const { player } = show;
  const and = new Intl.ListFormat(locale);
  const parts = (["video", "sound"] as const).filter((kind) => names(kind).length > 0);
  const what = and.format(parts.map((kind) => player[kind](and.format(names(kind))))) || player.format;
  return {
    title: player.refused(what),
    advice: names("video").includes("HEVC") ? player.newerDevice : player.otherBrowser,
  };
}
