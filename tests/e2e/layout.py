"""What may go wrong with a page's layout and its language, read off what a browser has drawn.

A new page is one more line in `PAGES`.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, FilePayload, Page, expect

WIDTHS = (320, 390, 1366)
LANGUAGES = {"en": "en-GB", "de": "de-DE", "ar": "ar-EG"}
SAME: dict[str, list[str]] = json.loads((Path(__file__).parents[2] / "web/src/texts/same.json").read_text())
UNBROKEN = "W" * 51
HOSTILE = (
    UNBROKEN,
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenhersteller",
    "مرحبًا بكم في متجرنا الصغير للمصابيح اليدوية",
    "🎉👩‍👩‍👧‍👦🕯️ Lampen 🎉",
    "Ana's shop",
)

# A camera and a microphone of hostile names, black and silent.
DEVICES = """
if (navigator.mediaDevices) {
  const label = "LABEL";
  navigator.mediaDevices.enumerateDevices = async () =>
    ["videoinput", "audioinput"].map((kind) => ({kind, label, deviceId: kind}));
  navigator.mediaDevices.getUserMedia = async ({video}) => {
    if (!video) return new AudioContext().createMediaStreamDestination().stream;
    const canvas = document.createElement("canvas");
    canvas.getContext("2d");
    return canvas.captureStream();
  };
}
""".replace("LABEL", UNBROKEN)


@dataclass(frozen=True)
class Place:
    """A page as somebody sees it: `then` presses what opens a dialog, by CSS, one after the other."""

    name: str
    path: str
    signed_in: bool = True
    then: tuple[str, ...] = ()
    dialog: bool = True  # what is pressed opens one
    files: tuple[str, ...] = ()  # names of what is chosen on it before


async def open_at(browser: Browser, language: str, width: int, stored: dict[str, str]) -> BrowserContext:
    """A browser of this language and width; `stored` is in its local storage, as a sign-in leaves it."""
    context = await browser.new_context(
        locale=LANGUAGES[language], viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    await context.add_init_script(DEVICES)
    await context.add_init_script(
        f"for (const [k, v] of Object.entries({json.dumps(stored)})) localStorage.setItem(k, v)"
    )
    return context


async def go(page: Page, site: str, place: Place, before: Place | None = None) -> None:
    """To the place, and wait until it has all it asks for. Who was on the way `before` loads nothing anew."""
    on_the_way = before is not None and not (before.then and before.dialog) and before.then[:1] in ((), place.then[:1])
    if before is None or before.path != place.path or not on_the_way:
        await page.goto(site + place.path, wait_until="networkidle")
    if place.files:
        chosen: list[FilePayload] = [{"name": name, "mimeType": "", "buffer": b"0"} for name in place.files]
        await page.locator("input[type=file]").first.set_input_files(chosen)
    for selector in place.then:
        await page.locator(selector).first.click()
    if place.then:
        if place.dialog:
            await expect(page.locator("dialog[open]")).to_be_visible()
        await page.wait_for_load_state("networkidle")


async def faults(page: Page) -> list[str]:
    """What sticks out, is cut or lies on something else to press."""
    found: list[str] = await page.evaluate(_FAULTS)
    return found


async def texts(page: Page) -> set[str]:
    """Each piece of text there is to read or to hear, but for what people wrote themselves."""
    found: list[str] = await page.evaluate(_TEXTS)
    return {" ".join(text.split()) for text in found if re.search(r"[^\W\d_]{2}", text)}


def untranslated(language: str, shown: set[str], english: set[str], own: set[str]) -> set[str]:
    """What reads as it does in English: `own` are names, and what else is nobody's to translate."""

    def words(text: str) -> str:
        for name in sorted({*own, *SAME[language]}, key=len, reverse=True):
            text = text.replace(name, "")
        return text

    return {text for text in shown & english if re.search(r"[^\W\d_]{2}", words(text))}


_FAULTS = """
() => {
  const found = new Set();
  const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  const width = document.documentElement.clientWidth;
  const name = (e) => `<${e.tagName.toLowerCase()} class="${e.className?.baseVal ?? e.className}"> ` +
    (e.getAttribute("aria-label") || e.textContent || e.value || "").trim().replace(/\\s+/g, " ").slice(0, 50);
  const shown = (e) => {
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    return style.visibility !== "hidden" && style.opacity !== "0" && box.width > 1 && box.height > 1 &&
      !e.closest(".sr-only, [hidden], svg *");
  };
  // Whether an ancestor lets one scroll to it, or shows it cut on purpose.
  const contained = (e) => {
    for (let up = e.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  if (document.documentElement.scrollWidth > width)
    found.add(`the page is ${document.documentElement.scrollWidth} px wide at ${width}`);
  for (const e of top.querySelectorAll("*")) {
    if (!shown(e)) continue;
    const box = e.getBoundingClientRect();
    if ((box.left < -1 || box.right > width + 1) && !contained(e))
      found.add(`out of the window: ${name(e)} (${Math.round(box.left)} to ${Math.round(box.right)})`);
  }
  const controls = [...top.querySelectorAll("button, a, [role=tab], .badge, label, legend")].filter(shown);
  for (const e of controls) {
    const words = document.createRange();
    words.selectNodeContents(e);
    const wider = words.getBoundingClientRect().width > e.getBoundingClientRect().width + 1;
    // Both: what enlarges where one may press counts for the one, and a name cut by design for the other.
    const cut = wider && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0;
    const over = getComputedStyle(e).overflowX;
    if (cut && !e.querySelector("input") && over !== "auto" && over !== "scroll") found.add(`cut: ${name(e)}`);
  }
  const pressed = controls.filter((e) => e.matches("button, a, [role=tab]"));
  for (const [i, one] of pressed.entries()) {
    for (const other of pressed.slice(i + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      if (!one.offsetParent || !other.offsetParent) continue;
      const [a, b] = [visible(one), visible(other)];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 2 && !floating(one) && !floating(other))
        found.add(`one on the other: ${name(one)} and ${name(other)}`);
    }
  }
  // The part of it that is not scrolled out of what it stands in.
  function visible(e) {
    let { left, right, top, bottom } = e.getBoundingClientRect();
    for (let up = e.parentElement; up && up !== document.body && !floating(e); up = up.parentElement) {
      if (getComputedStyle(up).overflowY === "visible") continue;
      const box = up.getBoundingClientRect();
      [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return { left, right, top, bottom };
  }
  function floating(e) {
    for (let up = e; up; up = up.parentElement) if (getComputedStyle(up).position === "fixed") return true;
    return false;
  }
  return [...found];
}
"""

_TEXTS = """
() => {
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const own = "bdi, body [dir], code, option, noscript, script, style, time";
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest(own)) found.push(walker.currentNode.data);
  }
  for (const e of document.querySelectorAll("[aria-label], [title], [placeholder], img[alt]"))
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (e.getAttribute(name)) found.push(e.getAttribute(name));
  return found.map((text) => text.trim()).filter(Boolean);
}
"""
