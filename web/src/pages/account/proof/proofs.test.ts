import { expect, it, vi } from "vitest";
import { ApiError } from "../../../client/error";
import type { Proof } from "../../../client/types";
import { Proofs } from "./proofs.svelte";

const wanted = new ApiError(422, "", "", { password: "Is required, or else a code" });

const guarded = (password: string) =>
  vi.fn(async (proof: Proof) => {
    if (proof.password !== password) throw wanted;
    return "secret";
  });

it("asks nothing where the server takes it as it is", async () => {
  const proofs = new Proofs();
  expect(await proofs.with("Add", async () => "secret")).toBe("secret");
  expect(proofs.asked).toBeNull();
});

it("asks until the proof does, then hands on the answer", async () => {
  const proofs = new Proofs();
  const send = guarded("right");
  const answer = proofs.with("Add", send);
  await vi.waitFor(() => expect(proofs.asked?.title).toBe("Add"));
  const asked = proofs.asked;
  await expect(asked?.send({ password: "wrong" })).rejects.toBe(wanted);
  expect(proofs.asked).toBe(asked);
  await asked?.send({ password: "right" });
  asked?.done(true);
  expect(await answer).toBe("secret");
  expect(proofs.asked).toBeNull();
});

it("answers null to who closes the question", async () => {
  const proofs = new Proofs();
  const answer = proofs.with("Add", guarded("right"));
  await vi.waitFor(() => expect(proofs.asked).not.toBeNull());
  proofs.asked?.done(false);
  expect(await answer).toBeNull();
});

it("hands on the errors that no proof mends", async () => {
  const conflict = new ApiError(409, "", "Already set up");
  await expect(new Proofs().with("Add", async () => Promise.reject(conflict))).rejects.toBe(conflict);
});
