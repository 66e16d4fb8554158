/** What the API answered when it refused, or that it could not be reached (`status` 0). */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly title: string,
    message: string,
    /** Messages by the field they are about. */
    readonly fields: Readonly<Record<string, string>> = {},
    /** Seconds to wait before asking again, where the server says so. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }

  get offline(): boolean {
    return this.status === 0;
  }
}

interface Envelope {
  error?: {
    title?: string;
    message?: string;
    messages?: { field?: string; message?: string }[];
  };
}

/** Messages about a field come as the rest of a sentence: "must not be blank". */
function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}

/** Reads the error envelope; a proxy's HTML page or an empty body still gives a usable error. */
export function errorFrom(response: Response, body: unknown): ApiError {
  const { title, message, messages } = (body as Envelope | null | undefined)?.error ?? {};
  const fields: Record<string, string> = {};
  for (const entry of Array.isArray(messages) ? messages : []) {
    if (entry.field && entry.message) fields[entry.field] ??= sentence(entry.message);
  }
  const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new ApiError(
    response.status,
    title ?? "Request failed",
    message ?? "Something went wrong on the server. Try again.",
    fields,
    Number.isFinite(wait) ? wait : null,
  );
}
