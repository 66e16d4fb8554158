// The part of a program that the test plays: it is given an address to open, and says where the browser ended up.
import { createInterface } from "node:readline/promises";

const lines = createInterface({ input: process.stdin });

export async function open(address) {
  process.stdout.write(`${address}\n`);
  return new URL(await lines.question(""));
}

export function done(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
  lines.close();
}
