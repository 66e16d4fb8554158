import { createSubscriber } from "svelte/reactivity";
import { serverClock } from "../../client/clock";

const STEP_MS = 250;

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, STEP_MS);
  return () => clearInterval(timer);
});

/** The time by the server's clock, ms since the epoch; what reads it in an effect or in markup follows it. */
export function serverNow(): number {
  subscribe();
  return serverClock.now();
}
