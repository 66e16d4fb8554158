import { ApiError, Refused } from "../../client/error";

/** One form's way to the server: under way, refused as a whole, or refused by field. */
export class Submission {
  busy = $state(false);
  /** What stands above the form; null where `fields` says it all. */
  problem = $state<string | null>(null);
  fields = $state.raw<Readonly<Record<string, string>>>({});

  /** Runs `send` unless it already runs; answers whether it went through. `explain` may put a refusal in better words. */
  async run(send: () => Promise<unknown>, explain?: (error: ApiError) => string | null): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.clear();
    try {
      await send();
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error instanceof ApiError) {
        this.fields = error.fields;
        this.problem = explain?.(error) ?? (Object.keys(error.fields).length > 0 ? null : error.message);
      } else this.problem = error.message;
      return false;
    } finally {
      this.busy = false;
    }
  }

  clear(): void {
    this.problem = null;
    this.fields = {};
  }
}
