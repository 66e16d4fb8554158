import { accounts } from "../../client/api";
import { ApiError } from "../../client/error";
import { choose, type Language } from "../../texts/language";
import type { Session } from "./session.svelte";

/** Has the account of who is signed in speak this language as well: its mails, and its pages in other browsers. */
export async function speak({ user }: Pick<Session, "user">, chosen: Language): Promise<void> {
  if (!user) return;
  try {
    // The name goes with every change: the one of now, not of when this page was opened.
    const { full_name, locale } = await accounts.profile();
    if (choose([locale]).language === chosen) return;
    const { account } = await import("../../client/account"); // not for who only watches
    await account.update({ full_name, locale: chosen });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // Not a language of this installation's mails, or out of reach: this browser speaks it all the same.
  }
}
