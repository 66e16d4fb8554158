import type { Session } from "../../lib/session/session.svelte";
import { Fetched } from "../../lib/ui/fetched.svelte";
import type { Asking } from "./asking";
import type { Show } from "./show.svelte";

/** A show's questions and polls, fetched once they are wanted. */
export function askingOf(show: Show, session: Session): Fetched<Asking> {
  return new Fetched(async () => {
    const { Asking } = await import("./asking");
    const asking = new Asking({
      channel: show.slug,
      signedIn: () => session.signedIn,
      guest: () => show.buyer(),
      admitted: () => show.guest(),
      moment: () => show.player.moment,
    });
    asking.takes(show.details?.questions_enabled === true);
    return asking;
  });
}
