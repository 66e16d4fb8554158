/** What may be done with an order, and how it reads. */
import type { Order, OrderItem, OrderStatus, OrderStep } from "../../../client/selling";
import { apart } from "../../../texts/isolated";
import { language, locale } from "../../../texts/language";
import { orders as texts } from "../../../texts/orders";
import { formatPrice } from "../../../lib/shelf/money";

export const STATUSES: readonly OrderStatus[] = [
  "placed",
  "paid",
  "fulfilled",
  "partly_refunded",
  "refunded",
  "cancelled",
];

const paidHere = ({ provider }: Order) => provider === "native";

/** As the server decides it; two at once are told apart there. */
export function mayFulfil(order: Order): boolean {
  const sent = order.status === "placed" || order.status === "paid" || order.status === "partly_refunded";
  return sent && (!paidHere(order) || order.paid_at !== null);
}

export function mayCancel(order: Order): boolean {
  return order.status === "placed" && !paidHere(order);
}

export function mayRefund(order: Order): boolean {
  if (order.refunded >= order.total) return false;
  if (order.status === "placed") return !paidHere(order);
  return order.status === "paid" || order.status === "fulfilled" || order.status === "partly_refunded";
}

/** How many of a line are still the buyer's. */
export function left({ quantity, refunded_quantity }: OrderItem): number {
  return quantity - refunded_quantity;
}

/** "2 × Walnut lamp (Red)" */
export function named({ quantity, name, variant }: OrderItem): string {
  return `${quantity} × ${name}${variant ? ` (${variant})` : ""}`;
}

/** All of it in a line. */
export function summary(order: Order): string {
  return new Intl.ListFormat(locale, { style: "narrow" }).format(
    order.items.data.map((item) => apart(named(item), language)),
  );
}

/** Who ordered, as far as that is known. */
export function buyerOf({ buyer }: Order): string {
  return buyer.name || buyer.email || texts.unknownBuyer;
}

export function moment(iso: string): string {
  return new Date(iso).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
}

/** What happened, in words. */
export function stepText({ what, amount, note }: OrderStep, currency: string): string {
  if (what === "refund") return texts.steps.refund(formatPrice(amount, currency));
  if (what === "dispute") return disputeText(note);
  const known: Record<string, string> = {
    ...texts.statuses,
    refund_failed: texts.steps.refundFailed,
    out_of_stock: texts.steps.outOfStock,
  };
  return known[what] ?? what;
}

/** Who did it, in words. */
export function actorText(by: string): string {
  const known: Record<string, string> = { ...texts.actors, stripe: "Stripe" };
  return known[by] ?? by;
}

/** How a dispute stands; the provider's own word where it is a new one. */
export function disputeText(status: string | null): string {
  const known: Record<string, string> = texts.disputes;
  return known[(status ?? "").replace("warning_", "")] ?? texts.disputed(status ?? "");
}
