/** What of the page a phone shows below the picture. */
export type Tab = "chat" | "products" | "videos";
