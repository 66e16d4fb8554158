import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../client/error";
import type { Tokens, User } from "../../client/types";
import { Session, type Surroundings } from "./session.svelte";

const user = {
  hash_id: "u",
  email: "a@b.c",
  full_name: "Ada",
  nickname: "Ada",
  description: null,
  location: null,
  phone: null,
  currency: { data: { id: 978, name: "Euro", symbol: "€", iso_code: "EUR" } },
  locale: "en",
  avatar: "",
  isVerified: true,
} satisfies User;

let stored: Map<string, string>;
let now: number;
let trades: string[];
let refusal: ApiError | null;
/** Tries that wait, each with for how long. */
let pauses: { ms: number; go: () => void }[];
let confinement: ApiError | null;

const around = (): Surroundings => ({
  storage: {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => void stored.set(key, value),
    removeItem: (key) => void stored.delete(key),
  },
  exclusively: (run) => run(),
  now: () => now,
  pause: (ms) => new Promise((go) => pauses.push({ ms, go })),
});

/** Lets what is under way go on, as far as it can. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

/** An access token of this person's, as far as a page reads it. */
const tokenOf = (sub: string) => `e30.${btoa(JSON.stringify({ sub }))}.x`;

/** Somebody signs in in another tab. */
const elsewhere = (sub: string) => {
  stored.set("storecast.access", JSON.stringify({ token: tokenOf(sub), endsAt: now + 3_600_000 }));
  stored.set("storecast.refresh", `refresh-${sub}`);
};

const pair = (name: string): Tokens => ({
  access_token: `access-${name}`,
  refresh_token: `refresh-${name}`,
  expires_in: 3600,
});

const session = () =>
  new Session(around(), {
    login: async () => pair("0"),
    register: async () => [],
    refresh: async (token) => {
      trades.push(token);
      await Promise.resolve();
      if (refusal) throw refusal;
      return pair(String(trades.length));
    },
    logout: async () => null,
    profile: async () => {
      if (confinement) throw confinement;
      return user;
    },
  });

beforeEach(() => {
  stored = new Map();
  now = 1_000_000;
  trades = [];
  pauses = [];
  refusal = confinement = null;
});

describe("Session", () => {
  it("knows whose page it is after their sign-in has ended elsewhere, until they leave it or are back", async () => {
    const mine = session();
    await mine.signIn("a@b.c", "secret");
    refusal = new ApiError(401, "", "");
    expect(await mine.renew("access-0")).toBeNull();
    expect([mine.signedIn, mine.person?.hash_id]).toEqual([false, "u"]);
    await mine.signIn("a@b.c", "secret");
    expect([mine.signedIn, mine.lapsed]).toEqual([true, null]);
    expect(await mine.renew("access-0")).toBeNull();
    await mine.signOut();
    expect(mine.person).toBeNull();
  });

  it("trades nothing while the access token is good, on the next page and in another tab neither", async () => {
    const mine = session();
    await mine.signIn("a@b.c", "secret");
    const next = session();
    await next.resume();
    expect(next.signedIn).toBe(true);
    expect([await mine.token(), await next.token()]).toEqual(["access-0", "access-0"]);
    expect(trades).toEqual([]);
  });

  it("takes up what another tab renewed", async () => {
    const mine = session();
    await mine.signIn("a@b.c", "secret");
    await session().renew("access-0");
    expect(await mine.token()).toBe("access-1");
    expect(trades).toEqual(["refresh-0"]);
  });

  it("leaves nothing behind when signed out", async () => {
    const mine = session();
    await mine.signIn("a@b.c", "secret");
    await mine.signOut();
    expect(stored.size).toBe(0);
    expect(await mine.token()).toBeNull();
  });

  it("trades once for any number of callers at the same time", async () => {
    stored.set("storecast.refresh", "refresh-old");
    const mine = session();
    const tokens = await Promise.all([mine.token(), mine.token(), mine.renew(null)]);
    expect(tokens).toEqual(["access-1", "access-1", "access-1"]);
    expect(trades).toEqual(["refresh-old"]);
    expect(stored.get("storecast.refresh")).toBe("refresh-1");
  });

  it("renews shortly before the access token ends", async () => {
    const mine = session();
    await mine.signIn("a@b.c", "secret");
    now += 3_571_000;
    expect(await mine.token()).toBe("access-1");
  });

  it("is signed out when the refresh token is refused", async () => {
    const mine = session();
    await mine.signIn("a@b.c", "secret");
    refusal = new ApiError(401, "", "The token is invalid.");
    expect(await mine.renew("access-0")).toBeNull();
    expect(mine.signedIn).toBe(false);
    expect(stored.size).toBe(0);
  });

  it("keeps the session through a failing network", async () => {
    stored.set("storecast.refresh", "refresh-old");
    refusal = new ApiError(0, "", "offline");
    const mine = session();
    const resumed = mine.resume();
    await settle();
    for (const { go } of pauses) go();
    await resumed;
    expect([mine.ready, mine.signedIn, trades.length]).toEqual([true, false, 4]);
    expect(stored.get("storecast.refresh")).toBe("refresh-old");
    refusal = null;
    expect(await mine.token()).toBe("access-5");
  });

  it("sends the token again when an answer was lost, while the server gives the same one", async () => {
    stored.set("storecast.refresh", "refresh-old");
    refusal = new ApiError(0, "", "lost");
    const mine = session();
    const resumed = mine.resume();
    await settle();
    refusal = null;
    pauses[0]?.go();
    await resumed;
    expect([mine.signedIn, trades]).toEqual([true, ["refresh-old", "refresh-old"]]);
    for (const { go } of pauses) go();
    await settle();
    expect(trades.length).toBe(2);
  });

  it("sends no token again so late that it would look stolen", async () => {
    stored.set("storecast.refresh", "refresh-old");
    refusal = new ApiError(0, "", "lost");
    const resumed = session().resume();
    await settle();
    now += 60_000; // a tab that was frozen
    for (const { go } of pauses) go();
    await resumed;
    expect(trades).toEqual(["refresh-old"]);
  });

  it("counts from the token's first use, by a page that was left before an answer came", async () => {
    stored.set("storecast.refresh", "refresh-old");
    refusal = new ApiError(0, "", "lost");
    void session().resume();
    await settle();
    pauses = []; // the page is gone
    now += 6_000;
    const resumed = session().resume();
    await settle();
    const [again, late] = pauses;
    now += 2_000;
    again?.go();
    await settle();
    now += 3_000;
    late?.go();
    pauses[2]?.go();
    await resumed;
    expect(trades.length).toBe(3);
    now += 20_000; // whatever was under way is lost
    refusal = null;
    expect(await session().token()).toBe("access-4");
  });

  it("sends no token again that another tab has traded, and takes up theirs", async () => {
    stored.set("storecast.refresh", "refresh-old");
    refusal = new ApiError(0, "", "lost");
    const mine = session();
    const resumed = mine.resume();
    await settle();
    elsewhere("ada");
    refusal = null;
    pauses[0]?.go();
    await resumed;
    expect([mine.signedIn, await mine.token(), trades]).toEqual([true, tokenOf("ada"), ["refresh-old"]]);
  });

  it("sends nothing as who signed in in another tab, nor signs them out", async () => {
    elsewhere("ada");
    const mine = session();
    await mine.resume();
    expect(await mine.token()).toBe(tokenOf("ada"));
    elsewhere("bob");
    expect(await mine.renew(tokenOf("ada"))).toBeNull();
    expect([await mine.token(), mine.signedIn, mine.lapsed?.hash_id]).toEqual([null, false, "u"]);
    await mine.signOut();
    expect([stored.get("storecast.refresh"), mine.lapsed]).toEqual(["refresh-bob", null]);
    expect(await mine.token()).toBe(tokenOf("bob"));
  });

  it("lets somebody else sign in here in place", async () => {
    elsewhere("ada");
    const mine = session();
    await mine.resume();
    await mine.enter({ ...pair("bob"), access_token: tokenOf("bob") });
    expect([mine.signedIn, await mine.token()]).toEqual([true, tokenOf("bob")]);
    confinement = new ApiError(503, "", "down");
    await expect(mine.enter({ ...pair("eve"), access_token: tokenOf("eve") })).rejects.toThrow();
    expect(mine.person).toBeNull();
  });

  it("looks again who is signed in while the server does not answer", async () => {
    const mine = session();
    await mine.signIn("a@b.c", "secret");
    confinement = new ApiError(503, "", "down");
    const next = session();
    const resumed = next.resume();
    await settle();
    confinement = null;
    pauses[0]?.go();
    await resumed;
    expect(next.signedIn).toBe(true);
  });

  it("trades nothing for a refused token that another tab has replaced", async () => {
    const mine = session();
    await mine.signIn("a@b.c", "secret");
    await session().renew("access-0");
    expect(await mine.renew("access-0")).toBe("access-1");
    expect(trades).toEqual(["refresh-0"]);
  });

  it("leaves alone what another tab has put in the token's place meanwhile", async () => {
    const mine = session();
    await mine.signIn("a@b.c", "secret");
    const renewed = mine.renew("access-0");
    stored.set("storecast.access", JSON.stringify({ token: "access-theirs", endsAt: now + 3_600_000 }));
    stored.set("storecast.refresh", "refresh-theirs");
    expect(await renewed).toBe("access-theirs");
    expect(stored.get("storecast.refresh")).toBe("refresh-theirs");
  });

  it.each([null, new ApiError(401, "", "The token is invalid.")])(
    "stays signed out where another tab signs out under way (%s)",
    async (answer) => {
      const mine = session();
      await mine.signIn("a@b.c", "secret");
      refusal = answer;
      const renewed = mine.renew("access-0");
      stored.clear();
      expect(await renewed).toBeNull();
      expect(stored.size).toBe(0);
    },
  );

  it("holds who must set up a second factor first, until they have", async () => {
    confinement = new ApiError(403, "", "Operators of this installation need a second factor.");
    const mine = session();
    await mine.signIn("a@b.c", "secret");
    expect([mine.confined, mine.signedIn, await mine.token()]).toEqual([true, false, "access-0"]);
    confinement = null;
    await mine.reload();
    expect([mine.confined, mine.signedIn]).toEqual([false, true]);
  });

  it("asks nobody when nothing is stored", async () => {
    const mine = session();
    await mine.resume();
    expect(mine.signedIn).toBe(false);
    expect(trades).toEqual([]);
  });
});
