import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Inquiry } from "./inquiry";

let asked: number;
let answers: (boolean | Promise<boolean>)[];
let inquiry: Inquiry;

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  answers = [];
  inquiry = new Inquiry({
    ask: async () => {
      asked += 1;
      return answers.shift() ?? true;
    },
    spread: () => 1000,
    random: () => 0.5,
  });
});
afterEach(() => vi.useRealTimers());

it("asks once in its turn for all that came up", async () => {
  inquiry.soon();
  await vi.advanceTimersByTimeAsync(300);
  inquiry.soon();
  await vi.advanceTimersByTimeAsync(199);
  expect(asked).toBe(0);
  await vi.runAllTimersAsync();
  expect(asked).toBe(1);
});

it("asks again after growing pauses until the answer will do", async () => {
  answers = [false, false, false, true];
  await inquiry.now();
  for (const pause of [375, 750, 1500]) {
    const before = asked;
    await vi.advanceTimersByTimeAsync(pause - 1);
    expect(asked).toBe(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toBe(before + 1);
  }
  await vi.runAllTimersAsync();
  expect(asked).toBe(4);
});

it("cuts a long pause short when there is more to ask", async () => {
  answers = [false, false, false, false, false];
  await inquiry.now();
  await vi.advanceTimersByTimeAsync(375 + 750 + 1500 + 3000);
  expect(asked).toBe(5);
  inquiry.soon();
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toBe(6);
});

it("asks nothing twice when it is asked at once", async () => {
  inquiry.soon();
  inquiry.hasten();
  await vi.runAllTimersAsync();
  inquiry.hasten();
  expect(asked).toBe(1);
});

it("goes on by the last answer alone", async () => {
  let answer = (_: boolean): void => undefined;
  answers = [new Promise((resolve) => (answer = resolve)), true];
  void inquiry.now();
  await inquiry.now();
  answer(false);
  await vi.runAllTimersAsync();
  expect(asked).toBe(2);
});

it("asks again when asking broke", async () => {
  answers = [Promise.reject(new Error("no connection"))];
  await expect(inquiry.now()).rejects.toThrow("no connection");
  await vi.runAllTimersAsync();
  expect(asked).toBe(2);
});

it("asks nothing once stopped", async () => {
  answers = [false];
  const asking = inquiry.now();
  inquiry.stop();
  await asking;
  await vi.runAllTimersAsync();
  expect(asked).toBe(1);
});
