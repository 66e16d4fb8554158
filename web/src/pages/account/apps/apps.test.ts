import { expect, it } from "vitest";
import { byApp } from "./apps";

const token = (id: string, client: string, scopes: string[], created_at: string) => ({
  id,
  scopes,
  created_at,
  client: { id: client, name: `App ${client}` },
});

it("shows an app once, with all it may do and since when", () => {
  const tokens = [
    token("2", "a", ["chat", "stats"], "2026-02-01T00:00:00.000000Z"),
    token("3", "b", ["odd"], "2026-02-02T00:00:00.000000Z"),
    token("1", "a", ["chat"], "2026-01-01T00:00:00.000000Z"),
  ];
  const scopes = { chat: "Read and write chat", stats: "See statistics" };
  expect(byApp(tokens, scopes)).toEqual([
    {
      client: "a",
      name: "App a",
      tokens: ["2", "1"],
      may: ["Read and write chat", "See statistics"],
      since: "2026-01-01T00:00:00.000000Z",
    },
    { client: "b", name: "App b", tokens: ["3"], may: ["odd"], since: "2026-02-02T00:00:00.000000Z" },
  ]);
});
