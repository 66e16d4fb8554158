/** The calls of the page where people let apps into their accounts. */
import { body, client, data } from "./calls";
import type { AuthorizationRequest, Consent } from "./types";

export interface Redirect {
  redirect: string;
}

export const authorization = {
  /** What the app asks for; or where to send the browser at once, with an error for the app. */
  describe: (query: AuthorizationRequest) =>
    data(client.GET("/api/v1/oauth/authorize", { params: { query } })) as Promise<Consent | Redirect>,
  decide: async (request: AuthorizationRequest, approve: boolean): Promise<string> =>
    (await body(client.POST("/api/v1/oauth/authorize", { body: { ...request, approve } }))).data.redirect,
};
