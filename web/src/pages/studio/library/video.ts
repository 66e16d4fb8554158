/** What is said of a video. */
import { inWords } from "../../../client/error";
import type { Video } from "../../../client/media";
import { formatPrice } from "../../../lib/shelf/money";
import { inBytes } from "../../../lib/ui/bytes";
import { locale } from "../../../texts/language";
import { library as text } from "../../../texts/library";

export function dayOf(iso: string): string {
  return new Date(iso).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
}

/** Viewers, what it sold and its size, as far as there is something to say. */
export function factsOf({ viewers, replay_viewers, sold, size }: Video): string[] {
  const facts = [];
  if (viewers !== null) facts.push(text.viewers(viewers));
  if (replay_viewers) facts.push(text.replayViewers(replay_viewers));
  if (sold) {
    facts.push(text.orders(sold.orders));
    const revenue = sold.revenue.map(({ amount, currency }) => formatPrice(amount, currency)).join(" + ");
    if (revenue) facts.push(revenue);
  }
  if (size > 0) facts.push(inBytes(size));
  return facts;
}

/** Why it is not as it should be, in the reader's language. */
export function problemOf({ problem }: Video): string | null {
  return problem === null ? null : (inWords(text.problems, problem) ?? text.unknownProblem);
}

/** What is done with it now. */
export function doingOf({ status, trimming }: Video): "waiting" | "processing" | "trimming" | null {
  if (status === "waiting" || status === "processing") return status;
  return trimming ? "trimming" : null;
}
