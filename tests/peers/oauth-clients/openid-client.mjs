// npm openid-client through every grant. Argument: the issuer, clients and a person, as JSON.
import * as oauth from "openid-client";
import { done, open } from "./browser.mjs";

const { issuer, redirect, app, phone, own, person } = JSON.parse(
  process.argv[2],
);

const configured = (client, authentication) =>
  oauth.discovery(
    new URL(issuer),
    client.id,
    client.secret ?? undefined,
    authentication,
    {
      algorithm: "oauth2",
      execute: [oauth.allowInsecureRequests],
    },
  );

async function byCode(config) {
  const verifier = oauth.randomPKCECodeVerifier();
  const state = oauth.randomState();
  const address = oauth.buildAuthorizationUrl(config, {
    redirect_uri: redirect,
    scope: "profile",
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const tokens = await oauth.authorizationCodeGrant(
    config,
    await open(address),
    {
      pkceCodeVerifier: verifier,
      expectedState: state,
    },
  );
  return oauth.refreshTokenGrant(config, tokens.refresh_token);
}

async function profile(config, tokens) {
  const answer = await oauth.fetchProtectedResource(
    config,
    tokens.access_token,
    new URL("/api/v1/profile", issuer),
    "GET",
  );
  return (await answer.json()).data.email;
}

const basic = await configured(app, oauth.ClientSecretBasic(app.secret));
const tokens = await byCode(basic);
const result = { by_code: await profile(basic, tokens) };
result.introspected = (
  await oauth.tokenIntrospection(basic, tokens.access_token)
).active;
await oauth.tokenRevocation(basic, tokens.refresh_token);
result.revoked = !(await oauth.tokenIntrospection(basic, tokens.access_token))
  .active;

const post = await configured(app, oauth.ClientSecretPost(app.secret));
result.for_itself = (
  await oauth.clientCredentialsGrant(post, { scope: "stats" })
).token_type;

const publicly = await configured(phone, oauth.None());
result.publicly = await profile(publicly, await byCode(publicly));

const owned = await configured(own, oauth.ClientSecretPost(own.secret));
result.by_password = await profile(
  owned,
  await oauth.genericGrantRequest(owned, "password", {
    username: person.email,
    password: person.password,
  }),
);
done(result);
