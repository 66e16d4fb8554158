import { Refused } from "../../client/error";
import type { SimulcastChanged } from "../../client/events";
import { simulcast as api, type Simulcast, type Target, type TargetDraft } from "../../client/simulcast";
import { simulcast as text } from "../../texts/simulcast";

/** Where platforms take streams, as they say themselves. */
export const PLATFORMS: readonly { name: string; url: string }[] = [
  { name: "YouTube", url: "rtmps://a.rtmps.youtube.com/live2" },
  { name: "Twitch", url: "rtmps://ingest.global-contribute.live-video.net/app" },
  { name: "Facebook", url: "rtmps://live-api-s.facebook.com/rtmp" },
];

/** The platform an address belongs to; empty for another server. */
export function platformOf(url: string): string {
  return PLATFORMS.find((platform) => platform.url === url)?.name ?? "";
}

/** Why nothing goes there; the platform's own, and the server's English where it is newer than this page. */
export function reasonOf({ code, reason }: Pick<Target, "code" | "reason">): string {
  if (code === "says" && reason) return text.says(reason.replace(/^It says: /, ""));
  const known: Readonly<Record<string, string>> = text.reasons;
  return known[code ?? ""] ?? reason ?? "";
}

/** Where a channel's shows go, and how that goes. */
export class Targets {
  /** Null before it is known. */
  shown = $state.raw<Simulcast | null>(null);
  problem = $state<string | null>(null);
  /** To be read out: what fails, or goes again. */
  announcement = $state("");

  constructor(private readonly channel: string) {}

  async load(): Promise<void> {
    try {
      this.shown = await api.show(this.channel);
      this.problem = null;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.problem = error.message;
    }
  }

  /** The room told how it goes. */
  hear({ enabled, targets }: SimulcastChanged): void {
    const before = this.shown;
    const known = new Map(before?.targets?.map((target) => [target.id, target]) ?? []);
    if (!before || targets.length !== known.size || targets.some(({ id }) => !known.has(id))) {
      void this.load();
      return;
    }
    const now = targets.map((told) => ({ ...(known.get(told.id) as Target), ...told }) as Target);
    this.shown = { enabled, targets: now };
    const turned = now.filter(({ id, status }) => known.get(id)?.status !== status);
    if (turned.length > 0)
      this.announcement = turned.map(({ name, status }) => text.turned(name ?? "", text.statuses[status])).join(" ");
  }

  async save(target: Target | null, draft: TargetDraft): Promise<void> {
    await (target ? api.update(this.channel, target.id, draft) : api.add(this.channel, draft));
    await this.load();
  }

  async remove(target: Target): Promise<void> {
    await api.remove(this.channel, target.id);
    await this.load();
  }

  /** Null switches all. */
  async toggle(target: Target | null, on: boolean): Promise<void> {
    try {
      await api.toggle(this.channel, target?.id ?? null, on);
    } finally {
      await this.load();
    }
  }
}
