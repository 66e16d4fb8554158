import { describe, expect, it } from "vitest";
import { ApiError, Refused } from "../../client/error";
import { Submission } from "./submission.svelte";

const refusing = (error: ApiError) => async () => {
  throw error;
};

describe("Submission", () => {
  it("sends once however often the button is pressed", async () => {
    const form = new Submission();
    let sent = 0;
    const send = async () => void (sent += 1);
    expect(await Promise.all([form.run(send), form.run(send)])).toEqual([true, false]);
    expect(sent).toBe(1);
    expect(form.busy).toBe(false);
  });

  it("says by the field what is wrong with it, and nothing above the form", async () => {
    const form = new Submission();
    expect(await form.run(refusing(new ApiError(422, "", "Invalid", { name: "Must not be blank" })))).toBe(false);
    expect(form.fields).toEqual({ name: "Must not be blank" });
    expect(form.problem).toBeNull();
  });

  it("forgets the last refusal when tried again", async () => {
    const form = new Submission();
    await form.run(refusing(new ApiError(500, "", "Broken")));
    expect(form.problem).toBe("Broken");
    await form.run(async () => undefined);
    expect(form.problem).toBeNull();
  });

  it("lets the form put a refusal in its own words", async () => {
    const form = new Submission();
    await form.run(refusing(new ApiError(401, "", "Unauthenticated")), ({ status }) => (status === 401 ? "No." : null));
    expect(form.problem).toBe("No.");
  });

  it("says what kept it from being sent at all", async () => {
    const form = new Submission();
    const noPasskey = () => Promise.reject(new Refused("No passkey here."));
    expect(await form.run(noPasskey, () => "The server said no.")).toBe(false);
    expect(form.problem).toBe("No passkey here.");
  });

  it("does not hide what is not the server's refusal", async () => {
    const form = new Submission();
    const bug = new TypeError("bug");
    await expect(form.run(async () => Promise.reject(bug))).rejects.toBe(bug);
    expect(form.busy).toBe(false);
  });
});
