/** What of the talk the studio shows. */
export type Part = "chat" | "questions" | "polls";
