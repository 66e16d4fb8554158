// npm simple-oauth2 through every grant. Argument: the issuer, clients and a person, as JSON.
import simple from "simple-oauth2";
import { done, open } from "./browser.mjs";

const { issuer, redirect, app, own, person } = JSON.parse(process.argv[2]);

const configured = (client, more = {}) => ({
  client: { id: client.id, secret: client.secret },
  auth: {
    tokenHost: issuer,
    tokenPath: "/api/v1/oauth/token",
    revokePath: "/api/v1/oauth/revoke",
    ...more,
  },
});

async function profile(accessToken) {
  const answer = await fetch(new URL("/api/v1/profile", issuer), {
    headers: { Authorization: `Bearer ${accessToken.token.access_token}` },
  });
  return answer.ok ? (await answer.json()).data.email : answer.status;
}

const byCode = new simple.AuthorizationCode(
  configured(app, { authorizePath: "/oauth/authorize" }),
);
const address = byCode.authorizeURL({
  redirect_uri: redirect,
  scope: "profile",
  state: "state",
});
const back = await open(address);
const first = await byCode.getToken({
  code: back.searchParams.get("code"),
  redirect_uri: redirect,
});
const refreshed = await first.refresh();
const result = { by_code: await profile(refreshed) };
await refreshed.revokeAll();
result.revoked = (await profile(refreshed)) === 401;

const forItself = await new simple.ClientCredentials(configured(app)).getToken({
  scope: "stats",
});
result.for_itself = forItself.token.token_type;

const byPassword = new simple.ResourceOwnerPassword(configured(own));
result.by_password = await profile(
  await byPassword.getToken({
    username: person.email,
    password: person.password,
    scope: "profile",
  }),
);
done(result);
