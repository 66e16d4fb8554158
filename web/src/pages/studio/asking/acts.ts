/** What a moderator does with a question. */
export type Act = "answer" | "stop" | "done" | "pin" | "write" | "remove" | "restore" | "approve" | "reject" | "more";

/** By the key that is pressed on a question, in either case. */
export const KEYS: Readonly<Record<string, Act>> = {
  a: "answer",
  d: "done",
  p: "pin",
  delete: "remove",
  enter: "more",
};

/** Whether it can be done with a question that is open; with others, only some can. */
export function applies(act: Act, status: "open" | "answered" | "removed"): boolean {
  if (status === "open") return act !== "restore";
  if (status === "answered")
    return act === "pin" || act === "write" || act === "remove" || act === "restore" || act === "more";
  return act === "restore";
}
