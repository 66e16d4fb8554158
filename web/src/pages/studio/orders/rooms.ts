import { Realtime } from "../../../lib/realtime/realtime";
import type { Session } from "../../../lib/session/session.svelte";
import { Visitor } from "../../../lib/session/visitor";

/** More shows at once nobody runs; each is a connection of its own. */
const MOST = 6;

/** Listens to these channels' rooms for orders until it is stopped. `onorder` hears that there is something to ask for. */
export function listening(session: Session, rooms: readonly string[], onorder: () => void): () => void {
  const visitor = new Visitor(() => session.user?.hash_id ?? null);
  const open = rooms.slice(0, MOST).map((room) => {
    const realtime = new Realtime({
      room,
      grant: (anew) => visitor.grant(anew),
      onEvent: ({ event }) => {
        if (event.startsWith("order.")) onorder();
      },
      onReload: onorder,
    });
    realtime.start(null);
    return realtime;
  });
  return () => {
    for (const realtime of open) realtime.stop();
  };
}
