import { ApiError } from "../../client/error";

/** Why a message was not taken, in the reader's words. */
export function explainRefusal(error: unknown): string {
  if (!(error instanceof ApiError)) return "The message was not sent.";
  switch (error.status) {
    case 0:
      return "No connection. Your message was not sent.";
    case 401:
      return "Sign in to write in this chat.";
    case 403:
      return "You cannot write in this chat at the moment.";
    case 409:
      return "The chat is switched off.";
    case 413:
    case 422:
      return error.fields["data"] ?? "This message cannot be sent.";
    case 429:
      return error.retryAfter
        ? `Slow down a little: you can write again in ${error.retryAfter} s.`
        : "Slow down a little and try again.";
    default:
      return "The server did not take the message. Try again.";
  }
}
