import { describe, expect, it } from "vitest";
import { ApiError } from "../../client/error";
import { explainRefusal } from "./refusal";

describe("explainRefusal", () => {
  it.each([
    [403, "internal wording"],
    [429, "Slow down"],
    [401, "Sign in"],
    [0, "No connection"],
    [500, "Try again"],
  ])("puts %i in plain words", (status, words) => {
    expect(explainRefusal(new ApiError(status, "", "internal wording"))).toContain(words);
  });

  it("passes on what is wrong with the text", () => {
    expect(explainRefusal(new ApiError(422, "", "", { data: "Too long." }))).toBe("Too long.");
  });
});
