/** What the account page and the consent page read, in development only. */
const now = new Date().toISOString();
const hour = new Date(Date.now() - 3_600_000).toISOString();
const soon = new Date(Date.now() + 40 * 86_400_000).toISOString();
const app = { id: "app", name: "Overlay for OBS", redirect: "http://127.0.0.1:9876/callback" };
const scopes = [
  { id: "stats", description: "See the statistics of your channels" },
  { id: "profile", description: "See and change your profile" },
];
const granted = { scopes: ["stats"], revoked: false, created_at: hour, updated_at: now, expires_at: soon };

/** In `{"data": …}`. */
export const RESOURCES: Readonly<Record<string, unknown>> = {
  "/currencies": [
    { id: 978, name: "Euro", symbol: "€", iso_code: "EUR" },
    { id: 840, name: "US Dollar", symbol: "$", iso_code: "USD" },
  ],
  "/profile/second-factors": {
    enabled: true,
    required: false,
    methods: ["totp", "recovery_code"],
    recovery_codes_left: 9,
  },
  "/profile/passkeys": [{ id: "p1", name: "Laptop", backed_up: true, created_at: hour, last_used_at: now }],
  "/profile/sessions": [
    { id: "s1", device: "Firefox on Ubuntu", address: "192.0.2.7", created_at: hour, last_used_at: now, current: true },
    { id: "s2", device: "Safari on iOS", address: "192.0.2.8", created_at: hour, last_used_at: hour, current: false },
  ],
  "/profile/exports": [],
  "/profile/erasure": { scheduled: false },
  "/api-token": { id: "t1", token: "sc_…4pQz", event_access: [], created_at: hour, last_used_at: null },
  "/oauth/authorize": { client: app, scopes, redirect_uri: app.redirect, remembered: false, sign_in: false },
};

/** As they are. */
export const BODIES: Readonly<Record<string, unknown>> = {
  "/localizations": { localizations: [{ id: "en", language: { locale_name: "English" }, regions: [] }] },
  "/profile/security-events": {
    data: [{ id: "e1", kind: "signed_in", address: "192.0.2.7", detail: "password", created_at: hour }],
    meta: { pagination: { total_pages: 1 } },
  },
  "/oauth/scopes": scopes,
  "/oauth/tokens": [{ ...granted, id: "g1", client_id: "app", name: null, client: app }],
  "/oauth/personal-access-tokens": [{ ...granted, id: "g2", client_id: null, name: "Nightly report", client: null }],
  "/oauth/clients": [app],
};
