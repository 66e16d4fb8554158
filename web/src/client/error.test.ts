import { describe, expect, it } from "vitest";
import { SignedOut, errorFrom } from "./error";

const read = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  errorFrom(new Response(null, { status, headers }), body);
const refused = (status: number, message: string, messages: { field: string; message: string }[] = []) =>
  read(status, { error: { code: status, title: "Some title", message, messages } });

describe("errorFrom", () => {
  it("gives each field its first message, in people's words", () => {
    const error = refused(422, "email: has already been taken", [
      { field: "email", message: "has already been taken" },
      { field: "email", message: "is required" },
      { field: "password", message: "must be at least 8 characters" },
      { field: "price", message: "has too many decimals: JPY has 0" },
      { field: "mood", message: "must be of an unheard-of kind" },
    ]);
    expect(error.fields).toEqual({
      email: "Has an account here already",
      password: "Must be at least 8 characters",
      price: "Has too many decimals: JPY has 0",
      mood: "Choose one from the list",
    });
  });

  it("asks to look again at a field of which it does not know what is said", () => {
    expect(refused(422, "", [{ field: "mood", message: "smells of cheese" }]).fields).toEqual({
      mood: "Check this entry",
    });
  });

  it("says what the right format is where the server says that it is another", () => {
    const messages = ["email", "redirect"].map((field) => ({ field, message: "is not in the right format" }));
    const { fields } = refused(422, "", messages);
    expect(fields["email"]).toBe("Enter an address such as name@example.com");
    expect(fields["redirect"]).toBe("Is not in the right format");
  });

  it.each([
    [409, "A shelf holds at most 200 products.", "A shelf holds at most 200 products."],
    [
      401,
      "Send an access token: Authorization: Bearer …",
      "You are signed out. Sign in to go on; what you wrote is kept.",
    ],
    [401, "The token has been revoked.", "You are signed out. Sign in to go on; what you wrote is kept."],
    [403, "The token lacks the scope team.", "You may not do this."],
    [404, "There is nothing at this address.", "This is not there any more."],
    [409, "Not heard of yet.", "Something has changed meanwhile. Load the page again and have a look."],
    [413, "The body is too large.", "This is too large to send."],
    [413, "The body must be at most 1048575 bytes.", "This is too large to send: at most 1048575 bytes are taken."],
    [422, "a: b; c: d", "Something here is not right. Check what you entered."],
    [500, "Something went wrong on our side. It has been logged.", "Something went wrong on the server. Try again."],
    [503, "The database does not answer.", "The server is busy or being restarted. Try again in a moment."],
  ])("puts %i %o into people's words", (status, message, words) => {
    expect(refused(status, message).message).toBe(words);
  });

  it.each([
    ["7", "7 seconds"],
    ["60", "a minute"],
    ["1500", "25 minutes"],
    ["7200", "2 hours"],
    [undefined, "a minute"],
  ])("knows how long to wait after %s", (header, words) => {
    const error = read(429, { error: {} }, header === undefined ? {} : { "Retry-After": header });
    expect(error.retryAfter).toBe(header === undefined ? null : Number(header));
    expect(error.message).toBe(`Too many tries. Wait ${words}, then try again.`);
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
      expect([error.status, error.message]).toEqual([
        401,
        "You are signed out. Sign in to go on; what you wrote is kept.",
      ]);
    }
  });

  it("takes a wrong password for no such thing", () => {
    const error = read(401, { error: { code: 422, message: "The user credentials were incorrect." } });
    expect(error).not.toBeInstanceOf(SignedOut);
    expect(error.message).toBe("The email or the password is not right.");
  });

  it("reads why a mailed link does not do", () => {
    expect(read(422, { error: { code: 422, link: "used" } }).link).toBe("used");
    expect(read(422, { error: { code: 422 } }).link).toBeNull();
  });

  it("reads OAuth2's own errors", () => {
    const error = read(400, { error: "invalid_scope", error_description: "The requested scope is invalid" });
    expect([error.title, error.message]).toEqual(["invalid_scope", "Something went wrong on the server. Try again."]);
  });

  it.each(["<html>Bad gateway</html>", "", null, [], undefined])(
    "makes do with %j from whatever stands between",
    (body) => {
      const error = read(502, body);
      expect([error.status, error.message]).toEqual([502, "Something went wrong on the server. Try again."]);
    },
  );
});
