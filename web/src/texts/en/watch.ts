import { plurals } from "../plurals";

const count = plurals("en");

/** The watch page, around the show itself. */
export const texts = {
  title: "Live show",
  loading: "Loading the show",
  signIn: "Sign in",
  signOut: "Sign out",
  account: "Account",
  studio: "Studio",
  show: "Show",
  products: "Products",
  productsInShow: "Products in this show",
  questions: "Questions",
  openQuestions: (questions: number) => count(questions, { one: "Questions: #", other: "Questions: #" }),
  openProducts: (products: number) => count(products, { one: "Products: #", other: "Products: #" }),
  viewers: (viewers: number) => count(viewers, { one: "# watching", other: "# watching" }),
  host: "Host",
  live: "LIVE",
  follow: "Follow",
  following: "Following",
  share: "Share",
  linkCopied: "Link copied",
  linkNotCopied: "The link could not be copied. Copy it from the address bar.",
  about: "About this show",
  more: "More",
  opensTab: "opens in a new tab",
  /** For search engines and where the link is shared. */
  described: (host: string) => `${host} is showing products live.`,
  missing: {
    title: "There is no show here",
    reason: "The link may be old or mistyped. Ask the host for a new one.",
    home: "To the start page",
  },
  unreachable: {
    title: "We cannot reach the show",
    reason: "Check your connection. We try again by ourselves.",
    again: "Try now",
  },
  part: {
    missing: "A part of this page did not load. We try again by ourselves.",
    reload: "Load the page again",
  },
  ended: {
    title: "The show has ended",
    thanks: "Thank you for watching.",
    products: "The products are still here.",
  },
  soon: {
    title: "The show starts in",
    now: "Any moment now…",
    /** Below the number. */
    days: (days: number) => count(days, { one: "day", other: "days" }),
    hours: (hours: number) => count(hours, { one: "hour", other: "hours" }),
    minutes: (minutes: number) => count(minutes, { one: "min", other: "min" }),
    seconds: (seconds: number) => count(seconds, { one: "s", other: "s" }),
  },
  idle: {
    title: "Not live right now",
    wait: "Stay here: it begins by itself when the host goes live.",
  },
  gate: {
    signInTitle: "Sign in to watch",
    signInReason: "The host shows this to everybody who is signed in. No code is needed.",
    title: "This show is private",
    reason: "Enter the code from your invitation to watch.",
    code: "Code",
    watch: "Watch",
    opening: "Opening…",
    team: "On the team? [Sign in]",
    wrong: "This code does not open the show.",
    tooMany: "Too many tries. Wait a minute, then try again.",
  },
  reminder: {
    tell: "Tell me when it begins",
    calendar: "Add to calendar",
    pending: "One thing is left: confirm it by the link in our mail.",
    told: "We tell you when the show begins.",
    ask: "Mail me when [host] is live",
    on: "We mail you when [host] is live.",
    unconfirmed: "Confirm your address, and we mail you when [host] is live.",
    host: "the host",
    undo: "Undo",
  },
};

export type Texts = typeof texts;
