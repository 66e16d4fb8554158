import { ApiError, Refused } from "../../client/error";
import type { Toasts } from "./toasts.svelte";

/** Runs what a button asks for and says how it went; answers whether it worked. */
export async function attempt(toasts: Toasts, run: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const [first] = error instanceof ApiError ? Object.values(error.fields) : [];
    toasts.failed(first ?? error.message);
    return false;
  }
  if (done) toasts.done(done);
  return true;
}
