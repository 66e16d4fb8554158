import { waitlist, type Guest } from "../../client/shop";
import type { Place } from "../../client/types";

/** An article that is sold out. */
export interface Wanted {
  readonly product: number;
  readonly variant: number | null;
}

export interface WaitsOptions {
  /** The channel's id or slug. */
  channel: string;
  /** A guest's token; null where somebody is signed in. */
  guest: () => Promise<Guest>;
  /** A piece is kept for them, until then. */
  onoffered: (wanted: Wanted, until: string) => void;
  api?: typeof waitlist;
  storage?: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

/** What somebody waits for on a channel, as this browser remembers it: thousands only watch, and are not asked about. */
export class Waits {
  readonly #api: typeof waitlist;
  readonly #storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  readonly #key: string;
  #list: readonly Wanted[];

  constructor(private readonly options: WaitsOptions) {
    this.#api = options.api ?? waitlist;
    this.#storage = options.storage ?? window.localStorage;
    this.#key = `storecast.waits.${options.channel}`;
    this.#list = read(this.#storage.getItem(this.#key));
  }

  get list(): readonly Wanted[] {
    return this.#list;
  }

  includes({ product, variant }: Wanted): boolean {
    return this.#list.some((each) => each.product === product && each.variant === variant);
  }

  /** Waits for it; safe to repeat. Rejects with an `ApiError`, as `look` does. */
  async join(wanted: Wanted, email: string | null): Promise<Place> {
    const asked = { variantId: wanted.variant, email };
    return this.#note(
      wanted,
      await this.#api.join(this.options.channel, wanted.product, asked, await this.options.guest()),
    );
  }

  /** How they stand in the line for it. */
  async look(wanted: Wanted): Promise<Place> {
    const { product, variant } = wanted;
    return this.#note(
      wanted,
      await this.#api.place(this.options.channel, product, variant, await this.options.guest()),
    );
  }

  #note(wanted: Wanted, place: Place): Place {
    const others = this.#list.filter(
      ({ product, variant }) => product !== wanted.product || variant !== wanted.variant,
    );
    this.#list = place.joined ? [...others, wanted] : others;
    if (this.#list.length > 0) this.#storage.setItem(this.#key, JSON.stringify(this.#list));
    else this.#storage.removeItem(this.#key);
    if (place.offered_until !== null) this.options.onoffered(wanted, place.offered_until);
    return place;
  }
}

function read(kept: string | null): Wanted[] {
  try {
    const found: unknown = JSON.parse(kept ?? "[]");
    return Array.isArray(found) ? found.filter(isWanted) : [];
  } catch {
    return [];
  }
}

function isWanted(value: unknown): value is Wanted {
  const { product, variant } = (value ?? {}) as Partial<Wanted>;
  return Number.isSafeInteger(product) && (variant === null || Number.isSafeInteger(variant));
}
