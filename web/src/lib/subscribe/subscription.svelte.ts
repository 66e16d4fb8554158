import type { CodeGiven, NewSubscription } from "../../client/subscribing";
import { Submission } from "../ui/submission.svelte";

export type Medium = "email" | "sms";
/** What is asked for, where it is said that a mail was sent, where its code is entered, and that all is done. */
export type Step = "form" | "mailed" | "code" | "done";

/** How many minutes before the start one can be told besides. */
export const LEADS = [15, 60, 1440] as const;

export interface SubscribingApi {
  ask(asked: NewSubscription, guest: string | null): Promise<unknown>;
  confirm(given: CodeGiven, guest: string | null): Promise<unknown>;
}

export interface SubscriptionOptions {
  channel: string;
  media: readonly Medium[];
  /** When the show is announced for. */
  starts: Date | null;
  locale: string;
  timezone: string;
  guest(): Promise<string | null>;
  api: SubscribingApi;
}

/** Somebody's way to being told of a channel's shows. */
export class Subscription {
  step = $state<Step>("form");
  medium = $state<Medium>("email");
  email = $state("");
  /** Calling code, as `+49`. */
  prefix = $state("");
  phone = $state("");
  code = $state("");
  leads = $state<number[]>([]);
  readonly form = new Submission();

  constructor(private readonly options: SubscriptionOptions) {
    this.medium = options.media[0] ?? "email";
  }

  /** Those that are ahead. */
  offered(now: number): readonly number[] {
    const { starts } = this.options;
    return starts === null ? [] : LEADS.filter((minutes) => starts.getTime() - minutes * 60_000 > now);
  }

  /** Has the address asked whether it wants to be told; of a number by a code, which comes back here. */
  async ask(now: number): Promise<void> {
    const { channel, locale, timezone, api, guest } = this.options;
    const ahead = this.offered(now);
    const minutes = this.leads.filter((lead) => ahead.includes(lead));
    const address =
      this.medium === "email" ? { email: this.email.trim() } : { phone: this.phone.trim(), phonePrefix: this.prefix };
    const asked = { eventId: channel, ...address, minutes_before: minutes, locale, timezone };
    if (await this.form.run(async () => api.ask(asked, await guest()))) {
      this.code = "";
      this.step = this.medium === "email" ? "mailed" : "code";
    }
  }

  async confirm(): Promise<void> {
    const { channel, api, guest } = this.options;
    const given = { eventId: channel, phone: this.phone.trim(), phonePrefix: this.prefix, code: this.code.trim() };
    if (await this.form.run(async () => api.confirm(given, await guest()))) this.step = "done";
  }

  /** To another address. */
  again(): void {
    this.form.clear();
    this.step = "form";
  }
}
