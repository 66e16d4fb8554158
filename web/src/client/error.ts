/** How a sign-in goes on whose password was right: with a code or a passkey and this ticket. */
export interface SecondFactorHint {
  methods: ("totp" | "passkey" | "recovery_code")[];
  ticket: string;
  /** Seconds. */
  expires_in: number;
}

/** Why a mailed link does not do: none of ours or cut off, too old, or used before. */
export type LinkFault = "unknown" | "over" | "used";

/** Something did not come about; `message` tells the person who asked for it why. */
export class Refused extends Error {}

/** What the API answered when it refused, or that it could not be reached (`status` 0). */
export class ApiError extends Refused {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly title: string,
    message: string,
    /** Messages by the field they are about. */
    readonly fields: Readonly<Record<string, string>> = {},
    /** Seconds to wait before asking again, where the server says so. */
    readonly retryAfter: number | null = null,
    /** Set where the password was right and the account asks for more. */
    readonly secondFactor: SecondFactorHint | null = null,
    /** Set where a mailed link was refused. */
    readonly link: LinkFault | null = null,
  ) {
    super(message);
  }

  get offline(): boolean {
    return this.status === 0;
  }

  /** Whether it may be otherwise in a moment. */
  get passing(): boolean {
    return this.offline || this.status === 429 || this.status >= 500;
  }
}

/** Nobody is signed in, or not any more: the token was missing, is over, or was ended elsewhere. */
export class SignedOut extends ApiError {
  constructor() {
    super(401, "Signed out", "You are signed out. Sign in to go on.");
  }
}

/** Whether the server wants a token, or a better one (RFC 6750, 3), and not another password or code. */
export function tokenRefused(response: Response): boolean {
  return response.status === 401 && (response.headers.get("WWW-Authenticate") ?? "").startsWith("Bearer");
}

interface Envelope {
  error?:
    | string
    | {
        title?: string;
        message?: string;
        messages?: { field?: string; message?: string }[];
        second_factor?: SecondFactorHint;
        link?: LinkFault;
      };
  /** Beside an `error` that is a string, as OAuth2 has it. */
  error_description?: string;
}

const UNKNOWN = "Something went wrong on the server. Try again.";

/** What the right format is, where the server only says that this is not it. */
const FORMATS: Readonly<Record<string, string>> = {
  email: "Enter an address such as name@example.com",
  link: "Enter the full address, starting with https://",
  name: "Use letters, digits, spaces, _ and - only",
  slug: "Use letters, digits, _ and - only",
};

/** Messages about a field come as the rest of a sentence: "must not be blank". */
function sentence(field: string, message: string): string {
  const format = message === "is not in the right format" ? FORMATS[field] : undefined;
  return format ?? message.charAt(0).toUpperCase() + message.slice(1);
}

/** Reads the error envelope, or OAuth2's; a proxy's HTML page or an empty body still gives a usable error. */
export function errorFrom(response: Response, body: unknown): ApiError {
  if (tokenRefused(response)) return new SignedOut();
  const { error, error_description } = (body as Envelope | null | undefined) ?? {};
  if (typeof error === "string") return new ApiError(response.status, error, error_description ?? UNKNOWN);
  const { title, message, messages, second_factor, link } = error ?? {};
  const fields: Record<string, string> = {};
  for (const entry of Array.isArray(messages) ? messages : []) {
    if (entry.field && entry.message) fields[entry.field] ??= sentence(entry.field, entry.message);
  }
  const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new ApiError(
    response.status,
    title ?? "Request failed",
    message ?? UNKNOWN,
    fields,
    Number.isFinite(wait) ? wait : null,
    second_factor ?? null,
    link ?? null,
  );
}
