import { parse, type AST } from "svelte/compiler";
import { expect, test } from "vitest";

/** What the API says of itself is English throughout. */
const ENGLISH = ["OperationCard", "Fields"].map((part) => `../pages/reference/${part}.svelte`);

const markup = import.meta.glob<string>("../{pages,lib}/**/*.svelte", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Attributes that people read or hear. */
const READ = new Set(["aria-label", "aria-description", "alt", "title", "placeholder", "label", "hint", "text"]);
const WORD = /\p{L}{2}/u;
/** What is the same in every language. */
const NAMES = /Storecast|OBS|RTMPS?|SRT|WHIP|https:\/\//g;

type Node = { type: string } & Record<string, unknown>;

function* textsIn(node: unknown, attribute = ""): Generator<string> {
  if (Array.isArray(node)) for (const each of node) yield* textsIn(each, attribute);
  else if (node !== null && typeof node === "object") {
    const { type, ...parts } = node as Node;
    if (type === "Text" && (attribute === "" || READ.has(attribute))) yield String(parts["data"]);
    if (type === "StyleDirective" || type === "ExpressionTag") return;
    const within = type === "Attribute" ? String(parts["name"]) : attribute;
    for (const part of Object.values(parts)) yield* textsIn(part, within);
  }
}

test.each(Object.entries(markup).filter(([path]) => !ENGLISH.includes(path)))(
  "%s has its words from the catalogue",
  (_, source) => {
    const { fragment }: AST.Root = parse(source, { modern: true });
    const words = [...textsIn(fragment)]
      .map((text) => text.replace(NAMES, "").trim())
      .filter((text) => WORD.test(text));
    expect(words).toEqual([]);
  },
);
