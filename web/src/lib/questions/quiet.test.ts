import { expect, it } from "vitest";
import { Quiet } from "./quiet";

function list() {
  const element = Object.assign(new EventTarget(), {
    offsetParent: {} as unknown,
    scrollTop: 0,
    held: null as unknown,
    querySelector: () => element.held,
  });
  return element;
}

it("is quiet where nobody has touched the list for a while, at its beginning", () => {
  let now = 0;
  const quiet = new Quiet(() => now);
  const element = list();
  const leave = quiet.attach(element as unknown as HTMLElement);
  expect(quiet.here).toBe(true);
  element.dispatchEvent(new Event("pointermove"));
  now = 2900;
  expect(quiet.here).toBe(false);
  now = 3000;
  expect(quiet.here).toBe(true);
  element.scrollTop = 100;
  expect(quiet.here).toBe(false);
  element.scrollTop = 0;
  element.held = {};
  expect(quiet.here).toBe(false);
  element.offsetParent = null;
  expect(quiet.here).toBe(true);
  leave();
  element.offsetParent = {};
  expect(quiet.here).toBe(true);
});
