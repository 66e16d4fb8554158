import { beforeEach, describe, expect, it } from "vitest";
import { message } from "../../../mock/data";
import type { Said } from "../../client/types";
import { ReplayedChat } from "./replayed.svelte";

const said = (at: number): Said => ({ at, message: { data: message("Zoe", `at ${at}`, `m${at}`) } });

let all: Said[];
let asked: [from: number, until: number][];
let away: boolean;
let now: number;
let chat: ReplayedChat;

const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};
const go = async (second: number) => {
  chat.follow(second);
  await settle();
  return chat.shown.map(({ data }) => Number(data.slice(3)));
};

beforeEach(() => {
  all = Array.from({ length: 200 }, (_, number) => said(number * 10));
  asked = [];
  away = false;
  now = 0;
  chat = new ReplayedChat(
    async (from, until) => {
      asked.push([from, until]);
      if (away) throw new Error("away");
      return all.filter(({ at }) => from <= at && at < until).slice(0, 1000);
    },
    () => now,
  );
});

describe("the chat of a replay", () => {
  it("shows what has been said up to the second on screen, and nothing of later", async () => {
    expect(await go(0)).toEqual([0]);
    expect(await go(2.9)).toEqual([0]);
    await go(5);
    await go(8);
    expect(await go(10)).toEqual([0, 10]);
  });

  it("asks for the next window before the picture comes to it, once", async () => {
    await go(0);
    for (let second = 0; second < 239; second += 1) await go(second);
    expect(asked).toEqual([[0, 300]]);
    for (let second = 239; second < 299; second += 1) await go(second);
    expect(asked).toEqual([
      [0, 300],
      [300, 600],
    ]);
  });

  it("shows the fifty before a moment somebody jumps to", async () => {
    await go(0);
    const shown = await go(1500);
    expect([shown.length, shown[0], shown.at(-1)]).toEqual([50, 1010 + 0, 1500]);
    expect(asked.length).toBeLessThan(6);
  });

  it("takes away what is to come when somebody goes back", async () => {
    await go(0);
    await go(1500);
    expect(await go(25)).toEqual([0, 10, 20]);
  });

  it("forgets what was asked for a moment that was left", async () => {
    chat.follow(0);
    chat.follow(1500);
    await settle();
    expect(chat.shown.at(-1)?.data).toBe("at 1500");
    expect(chat.shown[0]?.data).not.toBe("at 0");
  });

  it("asks again after a while where the server was away", async () => {
    away = true;
    await go(0);
    expect([chat.failed, asked.length]).toEqual([true, 1]);
    away = false;
    await go(1);
    expect(asked.length).toBe(1);
    now = 5001;
    expect(await go(2)).toEqual([0]);
    expect(chat.failed).toBe(false);
  });

  it("goes on where an answer was cut short", async () => {
    all = Array.from({ length: 2500 }, (_, number) => said(number / 10));
    await go(0);
    await go(2);
    await go(240);
    expect(chat.shown.at(-1)?.data).toBe("at 240");
    expect(chat.shown.length).toBeLessThanOrEqual(300);
  });

  it("begins anew with another video", async () => {
    await go(0);
    chat.clear();
    expect([chat.shown, chat.loading]).toEqual([[], true]);
    all = [];
    expect(await go(3)).toEqual([]);
    expect(chat.loading).toBe(false);
  });
});
