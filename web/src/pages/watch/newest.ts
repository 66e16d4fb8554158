import type { Video } from "../../client/types";

export const startOf = ({ started_at }: Video): number => Date.parse(started_at ?? "") || 0;

/** What who comes late is offered of these: the newest show, from its first video on, rather than a clip of it. */
export function newest(videos: readonly Video[]): Video | null {
  const last = videos.reduce<Video | null>((best, video) => (best && !isNewer(video, best) ? best : video), null);
  const first = last?.session_id && videos.find(({ session_id }) => session_id === last.session_id);
  return first || last;
}

/** A clip of a show says that it began when the show did. */
function isNewer(video: Video, than: Video): boolean {
  const later = startOf(video) - startOf(than);
  return later > 0 || (later === 0 && video.session_id !== null && than.session_id === null);
}
