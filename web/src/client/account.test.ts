import { expect, it, vi } from "vitest";
import { account } from "./account";

const { sent } = vi.hoisted(() => ({ sent: [] as { fetch?: unknown; bodySerializer?: () => FormData }[] }));
vi.mock("./upload", () => ({ uploading: (ongone: unknown) => ongone }));
vi.mock("./calls", async (original) => ({
  ...(await original<typeof import("./calls")>()),
  client: {
    POST: async (_path: string, options: (typeof sent)[number]) => {
      sent.push(options);
      return { data: { data: {} }, response: new Response() };
    },
  },
}));

it("sends a picture of oneself as slowly as the line is, and says how much has gone", async () => {
  const avatar = new File(["x"], "me.avif");
  const ongone = vi.fn();
  await account.update({ full_name: "Ada", location: null, avatar }, ongone);
  const [picture, rest] = sent;
  expect([picture?.fetch, picture?.bodySerializer?.().get("avatar")]).toEqual([ongone, avatar]);
  expect(rest).toEqual({ body: { full_name: "Ada", location: null } });
});
