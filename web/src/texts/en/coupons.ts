import { plurals } from "../plurals";

const count = plurals("en");

/** The seller's coupons. */
export const texts = {
  title: "Coupons",
  add: "New coupon",
  loading: "Loading your coupons…",
  emptyTitle: "No coupons yet",
  emptyText: "A coupon takes something off. Pin it in a running show, and viewers claim it with one tap.",
  first: "Create a coupon",
  saved: (code: string) => `${code} saved`,
  edit: (code: string) => `Edit ${code}`,
  remove: (code: string) => `Delete ${code}`,
  removeTitle: (code: string) => `Delete ${code}?`,
  removeText: "Nobody can use it any more, and it leaves every show. Orders that used it keep what it took off.",
  removeAction: "Delete",
  removed: (code: string) => `${code} deleted`,
  off: (amount: string) => `${amount} off`,
  from: (amount: string) => `orders from ${amount}`,
  each: (times: number) => count(times, { one: "once per buyer", other: "# times per buyer" }),
  since: (when: string) => `from ${when}`,
  until: (when: string) => `until ${when}`,
  used: (times: number) => count(times, { one: "used once", other: "used # times" }),
  usedOf: (times: string, most: string) => `used ${times} of ${most} times`,
  standings: { good: "ACTIVE", early: "NOT YET", over: "OVER", used: "USED UP" },

  addTitle: "New coupon",
  editTitle: "Edit coupon",
  save: "Save coupon",
  code: "Code",
  codeHint: "What buyers enter: letters, digits, _ and -. Small or capital letters are the same.",
  kind: "It takes off",
  percent: "Percent",
  amount: "An amount",
  percentLabel: "Percent",
  amountLabel: "Amount",
  currency: "Currency",
  minimum: "Smallest order",
  minimumHint: "Empty: any.",
  startsAt: "Good from",
  endsAt: "Good until",
  datesHint: "In your time zone. Empty: at once, and without end.",
  uses: "Uses in all",
  usesPerBuyer: "Uses per buyer",
  usesHint: "Empty: without limit.",
  taken: "Another coupon has this code.",
  needCode: "3 to 40 letters, digits, _ or -",
  needPercent: "A whole number from 1 to 100",
  needAmount: (currency: string) => `Enter an amount in ${currency}`,
  needLater: "It must end after it starts.",
  needCount: "Enter a whole number, 1 or more",
  needUses: (used: number) =>
    count(used, { one: "At least #: so often it is used", other: "At least #: so often it is used" }),
};

export type Texts = typeof texts;
