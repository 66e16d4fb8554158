/** The one typed client, and how its answers are opened. */
import createClient from "openapi-fetch";
import { errorFrom } from "./error";
import type { paths } from "./schema";
import { anonymously, signedIn } from "./transport";

export const client = createClient<paths>({ fetch: signedIn });
export const nobody = { fetch: anonymously };

export interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a good answer. Throws `ApiError` for any other. */
export async function body<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw errorFrom(response, error);
  return data as T;
}

/** What a good answer wraps in `data`. */
export async function data<T>(call: Promise<Answer<{ data: T }>>): Promise<T> {
  return (await body(call)).data;
}

/** The fields that are set, as a multipart form; of a list each as `name[]`. */
export function multipart(
  fields: Readonly<Record<string, string | File | readonly (string | File)[] | undefined>>,
): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "string" || value instanceof File) form.set(name, value);
    else for (const each of value ?? []) form.append(`${name}[]`, each);
  }
  return form;
}
