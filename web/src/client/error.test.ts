import { describe, expect, it } from "vitest";
import { errorFrom } from "./error";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

describe("errorFrom", () => {
  it("gives each field its first message, as a sentence", async () => {
    const messages = [
      { field: "email", message: "has an account already" },
      { field: "email", message: "is not an address" },
      { field: "password", message: "is too short" },
    ];
    const error = await errorFrom(
      answer(422, { error: { code: 422, title: "Invalid input", message: "No", messages } }),
    );
    expect(error.fields).toEqual({ email: "Has an account already", password: "Is too short" });
    expect(error.message).toBe("No");
  });

  it("knows how long to wait", async () => {
    const error = await errorFrom(answer(429, { error: {} }, { "Retry-After": "7" }));
    expect(error.retryAfter).toBe(7);
  });

  it.each(["<html>Bad gateway</html>", "", "null", "[]"])(
    "makes do with %j from whatever stands between",
    async (body) => {
      const error = await errorFrom(answer(502, body));
      expect([error.status, error.message]).toEqual([502, "Something went wrong on the server. Try again."]);
    },
  );
});
