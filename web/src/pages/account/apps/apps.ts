import type { GrantedToken, OAuthClient } from "../../../client/types";

/** An app, whatever number of tokens it holds. */
export interface App {
  client: string;
  name: string;
  tokens: string[];
  /** What it may do, in words. */
  may: string[];
  since: string;
}

type Listed = Pick<GrantedToken, "id" | "scopes" | "created_at"> & {
  client: Pick<OAuthClient, "id" | "name"> | null;
};

/** The apps behind the tokens, in the tokens' order. `words` has what each scope allows. */
export function byApp(tokens: readonly Listed[], words: Readonly<Record<string, string>>): App[] {
  const apps = new Map<string, App>();
  for (const { id, client, scopes, created_at } of tokens) {
    if (!client) continue;
    const app = apps.get(client.id) ?? { client: client.id, name: client.name, tokens: [], may: [], since: created_at };
    app.tokens.push(id);
    app.may = [...new Set([...app.may, ...scopes.map((scope) => words[scope] ?? scope)])];
    if (created_at < app.since) app.since = created_at;
    apps.set(client.id, app);
  }
  return [...apps.values()];
}
