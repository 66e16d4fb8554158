/** What of the shop lies beside the picture. */
export type Place = { kind: "shelf" } | { kind: "product"; id: number } | { kind: "cart" };
