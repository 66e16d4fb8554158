import type { Coupon, CouponChanges } from "../../../client/selling";
import { formatPrice } from "../../../lib/shelf/money";
import { coupons as texts } from "../../../texts/coupons";
import { locale } from "../../../texts/language";
import { readAmount, typed } from "../amount";

export type Kind = "percent" | "amount";

/** What the coupon form holds, as it is typed. */
export interface Draft {
  code: string;
  kind: Kind;
  percent: string;
  amount: string;
  /** ISO 4217; of `amount` and `minimum`. */
  currency: string;
  minimum: string;
  /** `YYYY-MM-DDTHH:MM` in this browser's time zone; empty: at once, and without end. */
  startsAt: string;
  endsAt: string;
  uses: string;
  usesPerBuyer: string;
}

/** `currency` is that of one to come. */
export function draftOf(coupon: Coupon | null, currency: string): Draft {
  const whole = (count: number | null | undefined) => (count == null ? "" : String(count));
  const paid = coupon?.currency ?? currency;
  return {
    code: coupon?.code ?? "",
    kind: coupon !== null && coupon.percent === null ? "amount" : "percent",
    percent: whole(coupon?.percent),
    amount: typed(coupon?.amount ?? null, paid),
    currency: paid,
    minimum: typed(coupon?.minimum ?? null, paid),
    startsAt: local(coupon?.starts_at ?? null),
    endsAt: local(coupon?.ends_at ?? null),
    uses: whole(coupon?.uses),
    usesPerBuyer: whole(coupon?.uses_per_buyer),
  };
}

/** What keeps the form from being sent, by field. `used` is how often it was used. */
export function problemsOf(draft: Draft, used: number): Record<string, string> {
  const found: Record<string, string> = {};
  if (!/^[A-Za-z0-9_-]{3,40}$/.test(draft.code.trim())) found["code"] = texts.needCode;
  if (draft.kind === "percent") {
    const percent = whole(draft.percent);
    if (typeof percent !== "number" || percent < 1 || percent > 100) found["percent"] = texts.needPercent;
  } else {
    const amount = readAmount(draft.amount, draft.currency);
    if (typeof amount !== "string" || Number(amount) <= 0) found["amount"] = texts.needAmount(draft.currency);
  }
  if (draft.minimum.trim() && typeof readAmount(draft.minimum, draft.currency) !== "string")
    found["minimum"] = texts.needAmount(draft.currency);
  if (draft.startsAt && draft.endsAt && draft.endsAt <= draft.startsAt) found["ends_at"] = texts.needLater;
  const uses = whole(draft.uses);
  if (uses === "wrong" || (typeof uses === "number" && uses < Math.max(1, used)))
    found["uses"] = used > 0 ? texts.needUses(used) : texts.needCount;
  const each = whole(draft.usesPerBuyer);
  if (each === "wrong" || each === 0) found["uses_per_buyer"] = texts.needCount;
  return found;
}

/** Of a draft without problems. */
export function changesOf(draft: Draft): CouponChanges {
  const amount = (text: string) => {
    const read = text.trim() ? readAmount(text, draft.currency) : null;
    return typeof read === "string" ? read : null;
  };
  const count = (text: string) => {
    const read = whole(text);
    return typeof read === "number" ? read : null;
  };
  return {
    code: draft.code.trim(),
    percent: draft.kind === "percent" ? count(draft.percent) : null,
    amount: draft.kind === "amount" ? amount(draft.amount) : null,
    currency: draft.currency,
    minimum: amount(draft.minimum),
    starts_at: moment(draft.startsAt),
    ends_at: moment(draft.endsAt),
    uses: count(draft.uses),
    uses_per_buyer: count(draft.usesPerBuyer),
  };
}

/** The same coupon, to make anew. */
export function againOf({ code, percent, amount, currency, minimum, ...rest }: Coupon): CouponChanges {
  const { starts_at, ends_at, uses, uses_per_buyer } = rest;
  return { code, percent, amount, currency, minimum, starts_at, ends_at, uses, uses_per_buyer };
}

/** "10 % off", "€5 off". */
export function offText({ percent, amount, currency }: Pick<Coupon, "percent" | "amount" | "currency">): string {
  const off =
    percent === null
      ? formatPrice(amount, currency)
      : new Intl.NumberFormat(locale, { style: "percent" }).format(percent / 100);
  return texts.off(off);
}

export type Standing = "good" | "early" | "over" | "used";

/** Whether buyers can use it at `now`, ms since the epoch, and why not. */
export function standing({ starts_at, ends_at, uses, used }: Coupon, now: number): Standing {
  if (ends_at !== null && Date.parse(ends_at) <= now) return "over";
  if (uses !== null && used >= uses) return "used";
  return starts_at !== null && Date.parse(starts_at) > now ? "early" : "good";
}

function local(iso: string | null): string {
  if (!iso) return "";
  const time = new Date(iso);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function moment(local: string): string | null {
  return local ? new Date(local).toISOString() : null;
}

/** A whole number as it was typed; null for none. */
function whole(text: string): number | "wrong" | null {
  const plain = text.trim();
  if (!plain) return null;
  return /^\d{1,9}$/.test(plain) ? Number(plain) : "wrong";
}
