import type { PollClosed, PollCounted, PollOpened } from "../../client/events";

/** What a room tells of polls. */
export interface PollsListener {
  opened(poll: PollOpened): void;
  closed(poll: PollClosed): void;
  counted(event: PollCounted): void;
}
