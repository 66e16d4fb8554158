// The form of the page to pay on, whether it is a page of its own or within another's.
const form = document.querySelector("#pay-form");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const filled = new FormData(form);
  const button = form.querySelector("#pay");
  button.disabled = true;
  const paid = await fetch(`/c/pay/${form.dataset.session}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      email: filled.get("email"),
      name: filled.get("name"),
      card: filled.get("card"),
      rate: Number(filled.get("rate") ?? 0),
      later: filled.get("method") === "later",
      address: {
        line1: filled.get("line1"),
        line2: null,
        city: filled.get("city"),
        postal_code: filled.get("postal_code"),
        state: null,
        country: filled.get("country"),
      },
    }),
  });
  const answer = await paid.json();
  button.disabled = false;
  if (!paid.ok) {
    document.querySelector("#error").textContent = answer.error.message;
  } else if (answer.redirect) {
    top.location.href = answer.redirect;
  } else {
    document.body.textContent = "Paid.";
    parent.postMessage(
      { stripePeer: "complete", session: form.dataset.session },
      "*",
    );
  }
});
