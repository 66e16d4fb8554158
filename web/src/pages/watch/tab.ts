/** What of the page a phone shows below the picture; of talk and questions the wide page shows one, too. */
export type Tab = "chat" | "questions" | "products" | "videos";
