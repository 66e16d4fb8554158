const STORED = "storecast.took-part";

/**
 * Whether somebody here has voted or asked. Who never did is answered what everybody is, which the server has at hand
 * however many ask at once.
 */
export class TookPart {
  constructor(private readonly storage: Pick<Storage, "getItem" | "setItem"> | undefined = globalThis.localStorage) {}

  get ever(): boolean {
    return this.storage?.getItem(STORED) === "1";
  }

  now(): void {
    this.storage?.setItem(STORED, "1");
  }
}
