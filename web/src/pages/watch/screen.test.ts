import { expect, it } from "vitest";
import { measured, type Measures } from "./screen";

const phone = (height: number, visible = height, writing = false): Measures => ({
  width: 390,
  height,
  visible: { height: visible, top: 0, scale: 1 },
  writing,
});
const whole = measured(null, phone(844));

it("keeps the screen's height behind a keyboard that makes the page smaller", () => {
  expect(measured(whole, phone(508, 508, true))).toMatchObject({ tall: 844, height: 508, typing: true });
});

it("keeps it behind a keyboard that lies over the page", () => {
  const screen = measured(whole, { ...phone(844, 508, true), visible: { height: 508, top: 120, scale: 1 } });
  expect(screen).toMatchObject({ tall: 844, height: 508, top: 120, typing: true });
});

it("takes a window that was made smaller for no keyboard", () => {
  expect(measured(whole, phone(508))).toMatchObject({ tall: 508, height: 508, typing: false });
});

it("takes a browser's bar for no keyboard", () => {
  expect(measured(whole, phone(788, 788, true))).toMatchObject({ typing: false });
});

it("begins anew on a turned screen, and behind its keyboard", () => {
  const turned = measured(measured(whole, phone(508, 508, true)), { ...phone(390, 390, true), width: 844 });
  expect(turned).toMatchObject({ tall: 390, height: 390, typing: false });
});

it("takes a zoomed picture for no keyboard", () => {
  const screen = measured(whole, { ...phone(844, 400, true), visible: { height: 400, top: 30, scale: 2.1 } });
  expect(screen).toMatchObject({ height: 844, top: 0, typing: false });
});
