import { plurals } from "../plurals";

const count = plurals("en");

/** The seller's orders: their list, one of them, and what goes into its parcel. */
export const texts = {
  title: "Orders",
  order: (number: string) => `Order ${number}`,
  back: "All orders",
  loading: "Loading your orders…",
  emptyTitle: "No orders yet",
  emptyText: "What viewers order in your shows arrives here at once.",
  nothing: "No order is like that.",
  found: (orders: number) => count(orders, { one: "# order", other: "# orders" }),
  fresh: (number: string) => `Order ${number} has come in`,
  more: "Show more",
  search: "Search by number, name or article",
  channel: "Channel",
  everyChannel: "All channels",
  status: "Status",
  everyStatus: "Every status",
  download: "Download CSV",
  downloading: "Downloading…",
  unknownBuyer: "Without a name",

  statuses: {
    pending: "Being paid",
    placed: "Placed",
    paid: "Paid",
    fulfilled: "Sent",
    cancelled: "Cancelled",
    partly_refunded: "Partly refunded",
    refunded: "Refunded",
  },
  /** How it is paid. */
  providers: {
    native: "Paid here",
    request: "Order request: paid to you directly",
    outside: "Recorded by you",
  },

  items: "Articles",
  givenBack: (pieces: number) => count(pieces, { one: "# given back", other: "# given back" }),
  sums: {
    subtotal: "Articles",
    coupon: (code: string) => `Coupon ${code}`,
    discount: "Discount",
    shipping: "Shipping",
    tax: "Tax",
    total: "Total",
    refunded: "Refunded",
    left: "Left of it",
  },
  buyer: "Buyer",
  address: "Address",
  buyerNote: "Note of the buyer",

  history: "History",
  /** When, and who did it. */
  doneBy: (when: string, who: string) => `${when}, ${who}`,
  actors: {
    buyer: "the buyer",
    seller: "you or your team",
    storecast: "by itself",
  },
  steps: {
    refund: (amount: string) => `${amount} refunded`,
    refundFailed: "A refund did not go through",
    outOfStock: "Paid, but sold out: the money goes back by itself",
  },
  /** By Stripe's words for how a dispute stands. */
  disputes: {
    needs_response: "The buyer’s bank disputes the payment. Answer it in your Stripe account.",
    under_review: "The buyer’s bank disputes the payment, and is looking at your answer.",
    won: "The dispute was decided for you.",
    lost: "The dispute was decided for the buyer.",
    closed: "The bank’s question about the payment is closed.",
  },
  disputed: (status: string) => `The payment is disputed: ${status}`,

  attribution: {
    title: "How it came about",
    recording: "Bought while watching a recording.",
    live: (channel: string) => `Bought while ${channel} was live.`,
    offAir: (channel: string) => `Bought on ${channel}, off air.`,
    liveSomewhere: "Bought during a live show.",
    offAirSomewhere: "Bought off air.",
    watched: (time: string) => `The buyer had watched for ${time}.`,
    notWatched: "How long the buyer had watched is not known.",
    featured: (names: string) => `Featured meanwhile: ${names}.`,
    others: (products: number) =>
      count(products, {
        one: "# product that they did not buy was featured, too.",
        other: "# products that they did not buy were featured, too.",
      }),
    referrer: (address: string) => `They came from ${address}`,
    coupon: (code: string) => `They used the coupon ${code}.`,
  },

  note: "Note",
  noteRead: "The buyer reads it on the order’s page.",
  keep: "Keep the order",
  fulfil: {
    open: "Mark as sent",
    title: "Mark as sent?",
    text: "The buyer gets a mail that it is on its way.",
    action: "Mark as sent",
    noteHint: "Such as the parcel’s number. The buyer reads it on the order’s page.",
    done: (number: string) => `Order ${number} is marked as sent`,
  },
  cancel: {
    open: "Cancel the order",
    title: "Cancel the order?",
    text: "Its articles go back into your stock, and the buyer gets a mail. This cannot be undone.",
    action: "Cancel the order",
    noteHint: "Why. The buyer reads it on the order’s page.",
    done: (number: string) => `Order ${number} is cancelled`,
  },
  refund: {
    open: "Refund",
    title: "Refund the buyer",
    byStripe: "The money goes back the way it was paid, by Stripe. This cannot be undone.",
    byHand: "This only records it: you were paid directly, so you give the money back yourself. It cannot be undone.",
    what: "How much",
    whole: (amount: string) => `All that is left: ${amount}`,
    amount: "An amount",
    pieces: "Some pieces",
    amountLabel: (currency: string) => `Amount in ${currency}`,
    left: (amount: string) => `At most ${amount}`,
    ofThem: (pieces: number) => count(pieces, { one: "Of #", other: "Of #" }),
    amountBounds: (most: string) => `Enter an amount above 0 and up to ${most}`,
    pieceBounds: (most: number) => count(most, { one: "Enter 0 or 1", other: "Enter a number from 0 to #" }),
    noPieces: "Choose at least one piece.",
    restock: "Back into stock",
    restockHint: "The pieces can be sold again.",
    action: "Refund",
    done: (amount: string) => `${amount} refunded`,
    asked: "Stripe was asked to refund it. The history tells when it is done.",
  },

  slip: {
    open: "Packing slip",
    title: (number: string) => `Packing slip for order ${number}`,
    back: "Back to the order",
    print: "Print",
    to: "To",
    quantity: "Quantity",
    article: "Article",
    sku: "Article no.",
  },
};

export type Texts = typeof texts;
