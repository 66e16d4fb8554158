import { describe, expect, it } from "vitest";
import { placeOf, requestOf } from "./request";

describe("requestOf", () => {
  it("takes the parameters as they were sent, and no others", () => {
    const redirect = encodeURIComponent("https://app.test/cb?a=1&b=2");
    expect(
      requestOf(
        `?response_type=code&client_id=c&redirect_uri=${redirect}&scope=chat%20stats&state=a%2Bb&prompt=none&approve=true`,
      ),
    ).toEqual({
      response_type: "code",
      client_id: "c",
      redirect_uri: "https://app.test/cb?a=1&b=2",
      scope: "chat stats",
      state: "a+b",
      prompt: "none",
    });
  });

  it("leaves a wrong kind of request to the server, which tells the app", () => {
    expect(requestOf("?client_id=c")).toEqual({ client_id: "c", response_type: "" });
  });

  it.each(["", "?response_type=code", "?client_id=a&client_id=b", "?client_id=a&redirect_uri=x&redirect_uri=y"])(
    "asks nobody for %o",
    (search) => {
      expect(requestOf(search)).toBeNull();
    },
  );
});

it.each([
  ["https://app.example.com/callback", "app.example.com"],
  ["https://app.example.com:8443/", "app.example.com:8443"],
  ["http://127.0.0.1:5173/cb", "a program on this device"],
  ["http://[::1]/cb", "a program on this device"],
  ["com.example.app:/cb", "the app on this device"],
])("says where %s leads", (uri, place) => {
  expect(placeOf(uri)).toBe(place);
});
