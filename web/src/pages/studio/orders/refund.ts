import type { Order, Refund } from "../../../client/selling";
import { orders as texts } from "../../../texts/orders";
import { readAmount, typed } from "../amount";
import { left } from "./order";

export type Kind = "whole" | "amount" | "pieces";

/** What the refund form holds, as it is typed. */
export interface Draft {
  kind: Kind;
  amount: string;
  /** How many of each line, by its id. */
  pieces: Record<number, string>;
  restock: boolean;
  note: string;
}

export function draftOf(order: Order): Draft {
  const pieces = Object.fromEntries(order.items.data.map(({ id }) => [id, "0"]));
  return { kind: "whole", amount: "", pieces, restock: false, note: "" };
}

/** What keeps the form from being sent, by field. */
export function problemsOf(order: Order, draft: Draft): Record<string, string> {
  if (draft.kind === "amount") {
    const most = typed(remaining(order), order.currency);
    const amount = readAmount(draft.amount, order.currency);
    if (typeof amount !== "string" || Number(amount) <= 0 || Number(amount) > remaining(order))
      return { amount: texts.refund.amountBounds(most) };
  }
  if (draft.kind === "pieces") {
    const found: Record<string, string> = {};
    for (const item of order.items.data) {
      const count = read(draft.pieces[item.id]);
      if (count === null || count > left(item)) found[`piece-${item.id}`] = texts.refund.pieceBounds(left(item));
    }
    if (Object.keys(found).length === 0 && chosen(order, draft).length === 0) found["items"] = texts.refund.noPieces;
    return found;
  }
  return {};
}

/** Of a draft without problems. */
export function refundOf(order: Order, draft: Draft): Refund {
  const shared = { restock: draft.restock, note: draft.note.trim() || null };
  if (draft.kind === "pieces") return { ...shared, items: chosen(order, draft) };
  const amount = readAmount(draft.amount, order.currency);
  return draft.kind === "amount" && typeof amount === "string" ? { ...shared, amount } : shared;
}

/** Of its total, what was not given back. */
export function remaining({ total, refunded }: Order): number {
  // Both have the currency's decimals, and a difference of floats may have more.
  return Number((total - refunded).toFixed(4));
}

function chosen(order: Order, draft: Draft) {
  return order.items.data
    .map(({ id }) => ({ id, quantity: read(draft.pieces[id]) ?? 0 }))
    .filter(({ quantity }) => quantity > 0);
}

function read(text: string | undefined): number | null {
  const plain = (text ?? "").trim() || "0";
  return /^\d{1,9}$/.test(plain) ? Number(plain) : null;
}
