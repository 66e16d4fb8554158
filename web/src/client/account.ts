/** The calls of the account page: one's profile, how one signs in, and who else may act for one. */
import type { AttestationJson, CredentialJson } from "../lib/passkeys/codec";
import { body, client, data, multipart } from "./calls";
import type { Proof, SecurityEvent } from "./types";
import { uploading } from "./upload";

const byId = (id: string) => ({ params: { path: { id } } });

export interface ProfileChanges {
  full_name: string;
  description?: string | null;
  location?: string | null;
  phone?: string | null;
  currency_id?: number;
  locale?: string;
  avatar?: File;
}

export const account = {
  /**
   * Two calls where a picture goes along: a form cannot say null, and JSON holds no file. `ongone` hears how much of it
   * has gone, 0 to 1.
   */
  async update({ avatar, ...changes }: ProfileChanges, ongone: (share: number) => void = () => undefined) {
    if (avatar) {
      const { full_name } = changes;
      const form = multipart({ full_name, avatar });
      const fetch = uploading(ongone);
      await data(client.POST("/api/v1/profile", { body: { full_name }, bodySerializer: () => form, fetch }));
    }
    return data(client.POST("/api/v1/profile", { body: changes }));
  },
  changePassword: (old_password: string, password: string) =>
    body(client.POST("/api/v1/auth/password/change-password", { body: { old_password, password } })),
  currencies: () => data(client.GET("/api/v1/currencies")),
  languages: async () => (await body(client.GET("/api/v1/localizations"))).localizations,
};

export const secondFactors = {
  show: () => data(client.GET("/api/v1/profile/second-factors")),
  beginTotp: (proof: Proof) => data(client.POST("/api/v1/profile/second-factors/totp", { body: proof })),
  confirmTotp: (code: string) => data(client.POST("/api/v1/profile/second-factors/totp/confirm", { body: { code } })),
  async removeTotp(proof: Proof): Promise<true> {
    await body(client.POST("/api/v1/profile/second-factors/totp/remove", { body: proof }));
    return true;
  },
  renewRecoveryCodes: (proof: Proof) =>
    data(client.POST("/api/v1/profile/second-factors/recovery-codes", { body: proof })),
};

export const passkeys = {
  list: () => data(client.GET("/api/v1/profile/passkeys")),
  begin: async (proof: Proof) => {
    const answer = await data(client.POST("/api/v1/profile/passkeys/options", { body: proof }));
    return { ...answer, options: answer.options as unknown as PublicKeyCredentialCreationOptionsJSON };
  },
  add: (challenge_id: string, credential: CredentialJson<AttestationJson>, name: string) =>
    data(client.POST("/api/v1/profile/passkeys", { body: { challenge_id, credential, name } })),
  rename: (id: string, name: string) =>
    data(client.PUT("/api/v1/profile/passkeys/{id}", { ...byId(id), body: { name } })),
  async remove(id: string, proof: Proof): Promise<true> {
    await body(client.POST("/api/v1/profile/passkeys/{id}/remove", { ...byId(id), body: proof }));
    return true;
  },
};

export const devices = {
  list: () => data(client.GET("/api/v1/profile/sessions")),
  signOut: (id: string) => body(client.DELETE("/api/v1/profile/sessions/{id}", byId(id))),
  signOutOthers: () => body(client.DELETE("/api/v1/profile/sessions")),
};

/** What happened to the account's security: a page of it, the newest first, and how many pages there are. */
export async function securityEvents(page: number): Promise<{ items: SecurityEvent[]; pages: number }> {
  const answer = await body(client.GET("/api/v1/profile/security-events", { params: { query: { page } } }));
  return { items: answer.data, pages: answer.meta.pagination.total_pages };
}

/** The one token of an account that is shown once and masked ever after. */
export const apiToken = {
  show: () => data(client.GET("/api/v1/api-token")),
  rotate: () => data(client.POST("/api/v1/api-token/new", { body: {} })),
};

/** Apps that others made, and what they may do in one's name. */
export const apps = {
  list: () => body(client.GET("/api/v1/oauth/tokens")),
  revoke: (token_id: string) =>
    body(client.DELETE("/api/v1/oauth/tokens/{token_id}", { params: { path: { token_id } } })),
};

export const scopes = () => body(client.GET("/api/v1/oauth/scopes"));

export const personalTokens = {
  list: () => body(client.GET("/api/v1/oauth/personal-access-tokens")),
  create: (name: string, scopes: string[]) =>
    body(client.POST("/api/v1/oauth/personal-access-tokens", { body: { name, scopes } })),
  revoke: (token_id: string) =>
    body(client.DELETE("/api/v1/oauth/personal-access-tokens/{token_id}", { params: { path: { token_id } } })),
};

export interface ClientFacts {
  name: string;
  /** Redirect URIs, one a comma. */
  redirect: string;
}

const clientPath = (client_id: string) => ({ params: { path: { client_id } } });

/** The programs one has made that ask others for access. */
export const clients = {
  list: () => body(client.GET("/api/v1/oauth/clients")),
  create: (facts: ClientFacts, confidential: boolean) =>
    body(client.POST("/api/v1/oauth/clients", { body: { ...facts, confidential } })),
  update: (id: string, facts: ClientFacts) =>
    body(client.PUT("/api/v1/oauth/clients/{client_id}", { ...clientPath(id), body: facts })),
  remove: (id: string) => body(client.DELETE("/api/v1/oauth/clients/{client_id}", clientPath(id))),
};

/** A copy of everything the installation knows of one. */
export const exports = {
  list: () => data(client.GET("/api/v1/profile/exports")),
  request: (proof: Proof) => data(client.POST("/api/v1/profile/exports", { body: proof })),
  link: (id: string, proof: Proof) =>
    data(client.POST("/api/v1/profile/exports/{id}/link", { params: { path: { id } }, body: proof })),
};

/** The end of one's account. */
export const erasure = {
  show: () => data(client.GET("/api/v1/profile/erasure")),
  schedule: (proof: Proof) => data(client.POST("/api/v1/profile/erasure", { body: proof })),
  callOff: () => body(client.DELETE("/api/v1/profile/erasure")),
};
