import { expect, it } from "vitest";
import { ApiError } from "../../client/error";
import { googleLink, outlookLink } from "./calendar";
import { countries, likelyRegion } from "./countries";
import { Subscription, type Medium } from "./subscription.svelte";

const NOON = Date.parse("2026-03-01T12:00:00Z");
const IN_AN_HOUR_AND_A_HALF = new Date(NOON + 90 * 60_000);

function subscription(media: Medium[], starts: Date | null = IN_AN_HOUR_AND_A_HALF) {
  const sent: unknown[] = [];
  const api = {
    ask: (asked: unknown) => Promise.resolve(void sent.push(asked)),
    confirm: (given: { code: string }) => {
      sent.push(given);
      return given.code === "123456"
        ? Promise.resolve()
        : Promise.reject(new ApiError(422, "Invalid", "code: wrong", { code: "is wrong" }));
    },
  };
  const options = { channel: "lamps", media, starts, locale: "de", timezone: "Europe/Berlin", api };
  return { sent, made: new Subscription({ ...options, guest: () => Promise.resolve(null) }) };
}

it("asks by mail for the times that are still ahead, in the reader's language and time zone", async () => {
  const { made, sent } = subscription(["email", "sms"]);
  expect(made.offered(NOON)).toEqual([15, 60]);
  made.email = " ada@example.com ";
  made.leads = [15, 1440];
  await made.ask(NOON);
  expect(sent).toEqual([
    {
      eventId: "lamps",
      email: "ada@example.com",
      minutes_before: [15],
      locale: "de",
      timezone: "Europe/Berlin",
    },
  ]);
  expect(made.step).toBe("mailed");
  made.again();
  expect(made.step).toBe("form");
});

it("has a number confirmed by the code that is sent there", async () => {
  const { made, sent } = subscription(["sms"], null);
  expect([made.medium, made.offered(NOON)]).toEqual(["sms", []]);
  made.prefix = "+49";
  made.phone = "0170 1234567";
  await made.ask(NOON);
  expect(made.step).toBe("code");
  made.code = "000000";
  await made.confirm();
  expect([made.step, made.form.fields["code"]]).toEqual(["code", "is wrong"]);
  made.code = " 123456 ";
  await made.confirm();
  expect(made.step).toBe("done");
  expect(sent.at(-1)).toEqual({ eventId: "lamps", phone: "0170 1234567", phonePrefix: "+49", code: "123456" });
});

it("stays at its form where it is refused", async () => {
  const { made } = subscription(["email"]);
  await made.form.run(() => Promise.reject(new ApiError(402, "No reminders", "None by mail")));
  expect([made.step, made.form.problem]).toEqual(["form", "None by mail"]);
});

it("writes a show as calendars on the web take it", () => {
  const entry = {
    title: "Lamps & more",
    starts: new Date("2026-03-01T18:30:00Z"),
    link: "https://x.test/watch/lamps",
    description: "",
  };
  const google = new URL(googleLink(entry)).searchParams;
  expect(google.get("dates")).toBe("20260301T183000Z/20260301T193000Z");
  expect([google.get("text"), google.get("details")]).toEqual(["Lamps & more", "https://x.test/watch/lamps"]);
  const outlook = new URL(outlookLink({ ...entry, description: "New ones." })).searchParams;
  expect([outlook.get("startdt"), outlook.get("enddt")]).toEqual(["2026-03-01T18:30:00Z", "2026-03-01T19:30:00Z"]);
  expect(outlook.get("body")).toBe("New ones.\n\nhttps://x.test/watch/lamps");
});

it("knows countries by their names in a language, and guesses the reader's", () => {
  const german = countries("de");
  expect(german.find(({ region }) => region === "AT")).toEqual({ region: "AT", name: "Österreich", prefix: "+43" });
  expect(german.length).toBeGreaterThan(200);
  expect(likelyRegion(["fr", "fr-CA"])).toBe("CA");
  expect(likelyRegion(["ar"])).toBe("EG");
  expect(likelyRegion([])).toBeNull();
});
