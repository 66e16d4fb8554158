import { ApiError } from "../../client/error";

/** Something asked of the server: not there yet, there, or out of reach and to be asked again. */
export class Loaded<T> {
  value = $state.raw<T | null>(null);
  problem = $state<string | null>(null);

  constructor(private readonly ask: () => Promise<T>) {
    void this.load();
  }

  /** Asks, or asks again; what was there stays until the answer comes. */
  async load(): Promise<void> {
    this.problem = null;
    try {
      this.value = await this.ask();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.message;
    }
  }
}
