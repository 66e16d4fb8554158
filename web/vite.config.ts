import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { mockApi } from "./mock/server.ts";

const API = process.env["STORECAST_API"] ?? "http://127.0.0.1:8000";

const PAGES: readonly [address: RegExp, page: string][] = [
  [/^\/watch\/[^/]+$/, "watch"],
  [/^\/studio(\/[^.]*)?$/, "studio"],
  [/^\/account(\/[^.]*)?$/, "account"],
  [/^\/oauth\/authorize$/, "consent"],
  [/^\/(verify|reset)$/, "mailed"],
  [/^\/purchases(\/[^.]*)?$/, "purchases"],
  [/^\/docs$/, "reference"],
];

/** In development the pages live at the same addresses as in production, where the API serves them. */
function pageAddresses(): Plugin {
  return {
    name: "storecast-page-addresses",
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const path = request.url?.split("?")[0] ?? "/";
        const page = PAGES.find(([address]) => address.test(path))?.[1];
        if (page) request.url = `/${page}.html`;
        next();
      });
    },
  };
}

/** Beside each file what a browser is sent of it: the player alone is 360 kB, and 105 kB in Brotli. */
function compressed(): Plugin {
  return {
    name: "storecast-compressed",
    apply: "build",
    async writeBundle({ dir }, bundle) {
      const names = Object.keys(bundle).filter((name) => /^assets\/.*\.(js|css|svg)$/.test(name));
      await Promise.all(
        names.map(async (name) => {
          const path = join(dir ?? "dist", name);
          const content = await readFile(path);
          await writeFile(`${path}.br`, await promisify(brotliCompress)(content));
          await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
        }),
      );
    },
  };
}

export default defineConfig(({ mode }) => ({
  appType: "mpa" as const,
  plugins: [svelte(), pageAddresses(), compressed(), mode === "mock" ? mockApi() : null],
  server: mode === "mock" ? {} : { proxy: { "/api": API, "/files": API, "/schema": API, "/uploads": API } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 640, // kB: the player of recordings, which is loaded by who plays one
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: ["index", "watch", "studio", "account", "consent", "mailed", "missing", "purchases", "reference"].map(
        (page) => `${page}.html`,
      ),
    },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.ts"],
    // What browsers get, though the tests run without one.
    alias: { "tus-js-client": join(import.meta.dirname, "node_modules/tus-js-client/lib.esm/browser/index.js") },
    server: { deps: { inline: [/tus-js-client/] } },
  },
}));
