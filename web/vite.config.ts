import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { mockApi } from "./mock/server.ts";

const API = process.env["STORECAST_API"] ?? "http://127.0.0.1:8000";

/** In development the pages live at the same addresses as in production, where the API serves them. */
function pageAddresses(): Plugin {
  return {
    name: "storecast-page-addresses",
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const path = request.url?.split("?")[0] ?? "/";
        if (/^\/watch\/[^/]+$/.test(path)) request.url = "/watch.html";
        else if (/^\/studio(\/[^.]*)?$/.test(path)) request.url = "/studio.html";
        next();
      });
    },
  };
}

export default defineConfig(({ mode }) => ({
  appType: "mpa" as const,
  plugins: [svelte(), pageAddresses(), mode === "mock" ? mockApi() : null],
  server: mode === "mock" ? {} : { proxy: { "/api": API, "/files": API } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", watch: "watch.html", studio: "studio.html" },
    },
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
}));
