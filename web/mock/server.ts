/** A stand-in for the API in development (`npm run mock`), so that pages can be worked on without the platform. */
import { createReadStream, existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join, normalize } from "node:path";
import type { Plugin } from "vite";
import { WebSocketServer, type WebSocket } from "ws";
import type { Figure, RoomEvents } from "../src/client/events.ts";
import { BODIES, RESOURCES } from "./account.ts";
import { askingRoutes, crowdVotes } from "./asking.ts";
import { next } from "./crowd.ts";
import {
  catalogue,
  channel,
  currentSeq,
  message,
  messages,
  nextSeq,
  playback,
  product,
  products,
  soon,
  stream,
  thread,
} from "./data.ts";

const CROWD = Number(process.env["MOCK_CHAT"] ?? 0);
const HLS = process.env["MOCK_HLS"] ?? "/tmp/mock-hls";
const sockets = new Set<WebSocket>();
const told: { seq: number; frame: string }[] = [];
const user = {
  hash_id: "owner",
  id: 1,
  email: "maya@example.com",
  full_name: "Maya Lindqvist",
  nickname: "Maya",
  description: "Lamps made by hand.",
  location: null,
  phone: null,
  locale: "en",
  currency: { data: { id: 978, name: "Euro", symbol: "€", iso_code: "EUR" } },
  avatar: null,
  isVerified: true,
};

function publish<Name extends keyof RoomEvents>(event: Name, data: RoomEvents[Name]): void {
  const seq = nextSeq();
  const frame = JSON.stringify({ type: "event", room: "demo", seq, event, at: new Date().toISOString(), data });
  told.push({ seq, frame });
  for (const socket of sockets) socket.send(frame);
}

/** Told to who listens now, and kept by nobody. */
function tell<Name extends Figure>(event: Name, data: RoomEvents[Name]): void {
  const frame = JSON.stringify({ type: "event", room: "demo", event, at: new Date().toISOString(), data });
  for (const socket of sockets) socket.send(frame);
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("latin1");
  try {
    return JSON.parse(Buffer.from(text, "latin1").toString("utf8")) as Record<string, string>;
  } catch {
    const fields = [...text.matchAll(/name="(\w+)"\r\n\r\n([^\r]*)/g)].map(([, name, value]) => [
      name ?? "",
      value ?? "",
    ]);
    return Object.fromEntries(fields) as Record<string, string>;
  }
}

type Answer = { status?: number; body?: unknown };
type Handler = (body: Record<string, string>, match: string[], host: string) => Answer;

const refuse = (status: number, text: string, messagesOf: { field: string; message: string }[] = []): Answer => ({
  status,
  body: { error: { code: status, title: text, message: text, messages: messagesOf } },
});
const ok = (data: unknown): Answer => ({ body: { data } });

function take(id: number, from: typeof products, to: typeof products): (typeof products)[number] | null {
  const index = from.findIndex((product) => product.id === id);
  const [product] = index < 0 ? [] : from.splice(index, 1);
  if (product) to.push(product);
  return product ?? null;
}

const reads = (paths: Readonly<Record<string, unknown>>, wrap: (value: unknown) => Answer) =>
  Object.entries(paths).map(([path, value]): [string, RegExp, Handler] => [
    "GET",
    new RegExp(`^${path}$`),
    () => wrap(value),
  ]);

const routes: [string, RegExp, Handler][] = [
  ...reads(RESOURCES, ok),
  ...reads(BODIES, (body) => ({ body })),
  ...askingRoutes(publish, tell),
  [
    "POST",
    /^\/auth\/login(\/refresh)?$/,
    (body) =>
      body["password"] === "wrong"
        ? { status: 401, body: { error: { code: 422, message: "The user credentials were incorrect." } } }
        : { body: { access_token: "access", refresh_token: "refresh", expires_in: 3600 } },
  ],
  [
    "POST",
    /^\/auth\/register$/,
    (body) =>
      body["email"]?.startsWith("taken")
        ? refuse(422, "Invalid input", [{ field: "email", message: "This email has an account already." }])
        : ok([user]),
  ],
  ["POST", /^\/auth\/logout$/, () => ({ status: 204 })],
  ["GET", /^\/profile$/, () => ok(user)],
  ["POST", /^\/profile$/, (body) => ok(Object.assign(user, { full_name: body["full_name"] }))],
  [
    "GET",
    /^\/jwt$/,
    (_body, _match, host) =>
      ok({
        token: "guest",
        expires_in: 900,
        url: `ws://${host}/mock-realtime`,
        identity: { id: "g1", name: null, guest: true },
      }),
  ],
  ["GET", /^\/events\/playback\/demo$/, () => ok(playback())],
  ["POST", /^\/events\/playback\/demo$/, () => ok(playback())],
  ["GET", /^\/events\/playback\/soon$/, () => ok(soon())],
  ["POST", /^\/events\/notification$/, () => ok({ pending: true })],
  [
    "POST",
    /^\/events\/notification\/confirm$/,
    ({ code }) =>
      code === "123456"
        ? ok({ confirmed: true })
        : refuse(422, "Invalid input", [{ field: "code", message: "is wrong or no longer good" }]),
  ],
  ["GET", /^\/events\/products\/demo$/, () => ok({ products: { data: products } })],
  ["POST", /^\/events\/heartbeat$/, () => ok({ viewers: 128 })],
  [
    "POST",
    /^\/thread\/read$/,
    ({ cursor }) => {
      const before = cursor ? messages.filter(({ seq }) => seq < Number(cursor)) : messages;
      const page = before.slice(-50);
      const older = before.length > page.length ? String(page[0]?.seq) : null;
      return ok(thread(page, older));
    },
  ],
  ["POST", /^\/thread\/participant$/, () => ok({})],
  [
    "POST",
    /^\/messages(\/guest)?$/,
    (body) => {
      if (body["data"] === "spam") return refuse(429, "Slow mode");
      const said = message("You", body["data"] ?? "");
      messages.push(said);
      publish("message.created", said);
      return ok(said);
    },
  ],
  ["GET", /^\/events$/, () => ({ body: { data: [channel], meta: { pagination: { total_pages: 1 } } } })],
  ["POST", /^\/events$/, (body) => ok({ ...channel, name: body["name"] })],
  ["GET", /^\/events\/[^/]+$/, () => ok(channel)],
  ["PUT", /^\/events\/[^/]+$/, (body) => ok(Object.assign(channel, body))],
  [
    "GET",
    /^\/events\/[^/]+\/access$/,
    () => ok({ access: true, seconds: null, grace_seconds: 600, stage: "enough", until: "" }),
  ],
  [
    "POST",
    /^\/events\/[^/]+\/complete$/,
    () => {
      stream.is_live = false;
      publish("stream.ended", { session_id: "s1" });
      return { body: null };
    },
  ],
  ["POST", /^\/streams$/, () => ok(stream)],
  ["GET", /^\/streams\/[^/]+$/, () => ok([stream])],
  ["DELETE", /^\/streams\/[^/]+$/, () => ({ body: null })],
  ["GET", /^\/events\/[^/]+\/products$/, () => ok(products)],
  [
    "POST",
    /^\/events\/[^/]+\/products\/add$/,
    (body) => {
      if (!body["name"]) return refuse(422, "Invalid input", [{ field: "name", message: "Name is required." }]);
      const added = product(Date.now(), body["name"], Number(body["price"]), body["link"] ?? "", "");
      products.push(added);
      publish("product.enabled", { product: added });
      return ok(added);
    },
  ],
  [
    "POST",
    /^\/events\/[^/]+\/products\/(\d+)\/(enable|disable|promote)$/,
    (_body, [, id, verb]) => {
      const number = Number(id);
      if (verb === "enable") return ok(take(number, catalogue, products));
      if (verb === "disable") {
        take(number, products, catalogue);
        publish("product.disabled", { product_id: number });
        return ok(products);
      }
      const promoted = products.find(({ id }) => id === number);
      if (!promoted) return refuse(404, "Not on the shelf");
      for (const each of products) {
        each.bumped = each === promoted;
        each.pinned = each.bumped ? "large" : null;
      }
      publish("product.promoted", { product: promoted, at: new Date().toISOString(), size: "large" });
      return ok(promoted);
    },
  ],
  [
    "DELETE",
    /^\/events\/[^/]+\/products\/(\d+)\/promote$/,
    (_body, [, id]) => {
      const featured = products.find((each) => each.id === Number(id));
      if (!featured) return refuse(404, "Not on the shelf");
      featured.bumped = false;
      featured.pinned = null;
      publish("product.unpromoted", { product_id: featured.id, at: new Date().toISOString(), size: "large" });
      return ok(featured);
    },
  ],
  ["POST", /^\/profile\/products\/products-wo-event$/, () => ok(catalogue)],
];

async function answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const body = await bodyOf(request);
  const route = routes.find(([method, pattern]) => method === request.method && pattern.test(path));
  const match = [...(route?.[1].exec(path) ?? [])];
  const { status = 200, body: content } = route
    ? route[2](body, match, request.headers.host ?? "localhost")
    : refuse(404, "Not found");
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(status === 204 ? undefined : JSON.stringify(content));
}

export function mockApi(): Plugin {
  return {
    name: "storecast-mock-api",
    configureServer(server) {
      const gateway = new WebSocketServer({ noServer: true });
      server.httpServer?.on("upgrade", (request, socket, head) => {
        if (!request.url?.startsWith("/mock-realtime")) return;
        gateway.handleUpgrade(request, socket, head, (client) => {
          sockets.add(client);
          client.on("close", () => sockets.delete(client));
          client.on("message", (text: Buffer) => {
            const { since = currentSeq() } = JSON.parse(text.toString()) as { since?: number };
            client.send(JSON.stringify({ type: "subscribed", room: "demo", seq: currentSeq(), recovered: true }));
            for (const { seq, frame } of told) if (seq > since) client.send(frame);
            client.send(
              JSON.stringify({ type: "event", room: "demo", event: "viewers.counted", at: "", data: { viewers: 128 } }),
            );
          });
        });
      });
      if (process.env["MOCK_VOTES"]) setInterval(() => crowdVotes(tell), 700);
      if (CROWD > 0)
        setInterval(() => {
          const said = next();
          messages.push(said);
          publish("message.created", said);
        }, 1000 / CROWD);
      server.middlewares.use((request, response, next) => {
        const url = new URL(request.url ?? "/", "http://localhost");
        if (url.pathname.startsWith("/api/v1")) {
          void answer(request, response, url.pathname.slice("/api/v1".length));
        } else if (url.pathname.startsWith("/mock-hls/")) {
          const file = join(HLS, normalize(url.pathname.slice("/mock-hls/".length)));
          if (!existsSync(file)) response.writeHead(404).end();
          else createReadStream(file).pipe(response);
        } else next();
      });
    },
  };
}
