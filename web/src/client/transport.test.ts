import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { anonymously, signedIn, useCredentials } from "./transport";

let answers: Response[];
let sent: (string | null)[];
let refused: string[];

const unauthorized = (challenge?: string) =>
  new Response(null, { status: 401, headers: challenge ? { "WWW-Authenticate": challenge } : {} });

beforeEach(() => {
  sent = [];
  refused = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request.headers.get("Authorization"));
    return answers.shift();
  });
  useCredentials({
    token: async () => "old",
    renew: async (token) => {
      refused.push(token);
      return "new";
    },
  });
});

afterEach(() => vi.unstubAllGlobals());

it("asks for a better token once, and sends the request again with it", async () => {
  answers = [unauthorized('Bearer error="invalid_token"'), unauthorized("Bearer"), new Response()];
  expect((await signedIn(new Request("http://x/"))).status).toBe(401);
  expect([sent, refused]).toEqual([["Bearer old", "Bearer new"], ["old"]]);
});

it("sends a wrong password once: no token makes it right", async () => {
  answers = [unauthorized(), new Response()];
  expect((await signedIn(new Request("http://x/"))).status).toBe(401);
  expect([sent.length, refused]).toEqual([1, []]);
});

it("says so where the server cannot be reached", async () => {
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed")));
  await expect(anonymously(new Request("http://x/"))).rejects.toMatchObject({ offline: true });
});
