import { coverOf, type Playback } from "../../client/types";
import { watch } from "../../texts/watch";

function setMeta(attribute: "name" | "property", key: string, content: string): void {
  let tag = document.head.querySelector<HTMLMetaElement>(`meta[${attribute}="${key}"]`);
  if (!tag) {
    tag = document.createElement("meta");
    tag.setAttribute(attribute, key);
    document.head.append(tag);
  }
  tag.content = content;
}

/** Title and sharing tags (Open Graph, Twitter) of this show. */
export function describe(details: Playback): void {
  const host = details.owner.data.nickname;
  const description = (details.description || watch.described(host || watch.host)).slice(0, 200);
  document.title = host && host !== details.name ? `${details.name} · ${host}` : details.name;
  setMeta("name", "description", description);
  setMeta("property", "og:type", "video.other");
  setMeta("property", "og:title", details.name);
  setMeta("property", "og:description", description);
  setMeta("property", "og:url", new URL(`/watch/${details.slug}`, window.location.href).href);
  setMeta("name", "twitter:card", "summary_large_image");
  const cover = coverOf(details);
  if (cover) setMeta("property", "og:image", cover);
}
