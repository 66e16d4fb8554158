// Stripe.js as far as Checkout in a page goes: https://docs.stripe.com/js/embedded_checkout
(() => {
  const open = new Set();

  class EmbeddedCheckout {
    #frame = null;
    #destroyed = false;
    #address;
    #heard;

    constructor(address, onComplete) {
      this.#address = address;
      this.#heard = (event) => {
        if (
          event.source !== this.#frame?.contentWindow ||
          event.data?.stripePeer !== "complete"
        )
          return;
        onComplete?.();
      };
      addEventListener("message", this.#heard);
      open.add(this);
    }

    mount(where) {
      const place =
        typeof where === "string" ? document.querySelector(where) : where;
      if (this.#destroyed)
        throw new Error("IntegrationError: This Checkout was destroyed.");
      if (!place)
        throw new Error(
          "IntegrationError: There is no such element to mount Checkout in.",
        );
      this.#frame ??= Object.assign(document.createElement("iframe"), {
        src: this.#address,
        title: "Checkout",
        name: "embedded-checkout",
      });
      this.#frame.style.cssText = "border:0;width:100%;min-height:40rem";
      place.append(this.#frame);
    }

    unmount() {
      this.#frame?.remove();
    }

    destroy() {
      this.unmount();
      this.#frame = null;
      this.#destroyed = true;
      open.delete(this);
      removeEventListener("message", this.#heard);
    }
  }

  window.Stripe = (key) => {
    if (!/^pk_(test|live)_/.test(key ?? ""))
      throw new Error("IntegrationError: This is no publishable key.");
    return {
      async $method({ fetchClientSecret, clientSecret, onComplete }) {
        if (open.size)
          throw new Error(
            "IntegrationError: You cannot have multiple Embedded Checkout objects.",
          );
        const secret = clientSecret ?? (await fetchClientSecret());
        const asked = new URLSearchParams({ client_secret: secret, key });
        return new EmbeddedCheckout(`$url/embedded?$${asked}`, onComplete);
      },
      $renamed() {
        throw new Error(
          "IntegrationError: this method has been renamed to $method.",
        );
      },
    };
  };
})();
