import { expect, it } from "vitest";
import { type ApiDocument, boundsInWords, callersInWords, groups, pieces, typeInWords } from "./document";

const answer = { description: "Done." };
const api: ApiDocument = {
  info: { title: "Shop", version: "1", description: "" },
  tags: [
    { name: "Lamps", description: "" },
    { name: "Vases", description: "" },
  ],
  paths: {
    "/vases": {
      get: {
        operationId: "b",
        summary: "List vases",
        description: "",
        tags: ["Vases"],
        security: [],
        responses: { 200: answer },
      },
    },
    "/lamps": {
      post: {
        operationId: "a",
        summary: "Light",
        description: "One lamp.",
        tags: ["Lamps"],
        security: [],
        responses: { 200: answer },
      },
    },
  },
  components: { schemas: {} },
};

it("groups operations by tag, in the tags' order", () => {
  expect(groups(api, "").map(({ name, operations }) => [name, operations.map(({ method }) => method)])).toEqual([
    ["Lamps", ["POST"]],
    ["Vases", ["GET"]],
  ]);
});

it("finds operations by every word, wherever it stands", () => {
  const found = (wanted: string) =>
    groups(api, wanted).flatMap(({ operations }) => operations.map((each) => each.operationId));
  expect([found("post LAMP"), found("vases list"), found("lamp vase")]).toEqual([["a"], ["b"], []]);
});

it.each([
  [{ type: "string" }, "text"],
  [{ type: ["number", "string"] }, "number or text"],
  [{ anyOf: [{ type: "integer" }, { type: "null" }] }, "whole number or null"],
  [{ type: "array", items: { $ref: "#/components/schemas/Lamp" } }, "list of Lamp"],
  [{ $ref: "#/components/schemas/Upload" }, "file"],
  [{ enum: ["on", "off"] }, '"on" or "off"'],
  [{ const: "on" }, '"on"'],
  [{}, "anything"],
])("says in words what %j is", (schema, words) => {
  expect(typeInWords(schema)).toBe(words);
});

it.each([
  [{ minLength: 1, maxLength: 60 }, ["1 to 60 characters"]],
  [{ anyOf: [{ maximum: 2, minimum: 0 }, { type: "null" }] }, ["0 to 2"]],
  [{ maxItems: 8 }, ["at most 8 entries"]],
  [{ type: "boolean" }, []],
])("says in words what bounds %j has", (schema, words) => {
  expect(boundsInWords(schema)).toEqual(words);
});

it.each([
  [[], "Anyone; no token is looked at."],
  [[{ bearer: [] }], "A person's own sign-in."],
  [[{ bearer: ["chat"] }, { oauth2: ["chat"] }], "A person's token with the scope chat."],
  [
    [{}, { bearer: ["chat"] }, { oauth2: ["chat"] }, { guest: [] }],
    "Anyone; a person's token with the scope chat, or a guest's may change what is seen.",
  ],
  [[{ client: [] }, {}], "An OAuth client, by its id and secret."],
])("says in words who may call by %j", (security, words) => {
  expect(callersInWords({ security })).toBe(words);
});

it("tells code and strong words from others", () => {
  expect(pieces("**B.** `a` and b")).toEqual([
    { text: "B.", kind: "strong" },
    { text: " ", kind: "plain" },
    { text: "a", kind: "code" },
    { text: " and b", kind: "plain" },
  ]);
});
