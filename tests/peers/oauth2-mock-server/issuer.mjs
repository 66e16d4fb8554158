// Runs oauth2-mock-server as an issuer. Arguments: the issuer's name and the path of its keys.
// Prints its port. `claims` (JSON) of a token request are added to the token; a line on stdin adds a key.
import { createInterface } from "node:readline";
import { Events, OAuth2Server } from "oauth2-mock-server";

const [name, jwks] = process.argv.slice(2);
const server = new OAuth2Server(undefined, undefined, { endpoints: { jwks } });
await server.issuer.keys.generate("RS256");
server.service.on(Events.BeforeTokenSigning, (token, request) => {
  Object.assign(token.payload, JSON.parse(request.body.claims ?? "{}"));
});
await server.start(0, "127.0.0.1");
server.issuer.url = name;
console.log(server.address().port);
for await (const _ of createInterface({ input: process.stdin })) {
  await server.issuer.keys.generate("RS256");
  console.log("added");
}
await server.stop();
