import { describe, expect, it } from "vitest";
import { SignedOut, errorFrom } from "./error";

const read = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  errorFrom(new Response(null, { status, headers }), body);

describe("errorFrom", () => {
  it("gives each field its first message, as a sentence", () => {
    const messages = [
      { field: "email", message: "has an account already" },
      { field: "email", message: "is not an address" },
      { field: "password", message: "is too short" },
    ];
    const error = read(422, { error: { code: 422, title: "Invalid input", message: "No", messages } });
    expect(error.fields).toEqual({ email: "Has an account already", password: "Is too short" });
    expect(error.message).toBe("No");
  });

  it("says what the right format is where the server says that it is another", () => {
    const messages = ["email", "redirect"].map((field) => ({ field, message: "is not in the right format" }));
    const { fields } = read(422, { error: { code: 422, messages } });
    expect(fields["email"]).toBe("Enter an address such as name@example.com");
    expect(fields["redirect"]).toBe("Is not in the right format");
  });

  it("knows how long to wait", () => {
    expect(read(429, { error: {} }, { "Retry-After": "7" }).retryAfter).toBe(7);
  });

  it("reads how a sign-in goes on that takes more than the password", () => {
    const hint = { methods: ["totp"], ticket: "t", expires_in: 300 };
    expect(read(401, { error: { code: 401, second_factor: hint } }).secondFactor).toEqual(hint);
  });

  it("tells people in their own words that they are signed out, and not what a program should send", () => {
    const body = { error: { code: 401, message: "Send an access token: Authorization: Bearer …" } };
    for (const challenge of ["Bearer", 'Bearer error="invalid_token"']) {
      const error = read(401, body, { "WWW-Authenticate": challenge });
      expect(error).toBeInstanceOf(SignedOut);
      expect([error.status, error.message]).toEqual([401, "You are signed out. Sign in to go on."]);
    }
  });

  it("takes a wrong password for no such thing", () => {
    const error = read(401, { error: { code: 422, message: "The user credentials were incorrect." } });
    expect(error).not.toBeInstanceOf(SignedOut);
    expect(error.message).toBe("The user credentials were incorrect.");
  });

  it("reads why a mailed link does not do", () => {
    expect(read(422, { error: { code: 422, link: "used" } }).link).toBe("used");
    expect(read(422, { error: { code: 422 } }).link).toBeNull();
  });

  it("reads OAuth2's own errors", () => {
    const error = read(401, { error: "invalid_client", error_description: "Client authentication failed" });
    expect([error.title, error.message]).toEqual(["invalid_client", "Client authentication failed"]);
  });

  it.each(["<html>Bad gateway</html>", "", null, [], undefined])(
    "makes do with %j from whatever stands between",
    (body) => {
      const error = read(502, body);
      expect([error.status, error.message]).toEqual([502, "Something went wrong on the server. Try again."]);
    },
  );
});
