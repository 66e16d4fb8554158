import { ApiError } from "../../client/error";
import { show } from "../../texts/show";

/** Why a message was not taken, in the reader's words. */
export function explainRefusal(error: unknown): string {
  const { problem } = show;
  if (!(error instanceof ApiError)) return problem.notSent;
  switch (error.status) {
    case 0:
      return problem.offline;
    case 401:
      return problem.signIn;
    case 403:
    case 409:
      return error.message || problem.forbidden;
    case 413:
    case 422:
      return Object.values(error.fields)[0] ?? problem.refused;
    case 429:
      return error.retryAfter ? problem.wait(error.retryAfter) : problem.slow;
    default:
      return problem.server;
  }
}
