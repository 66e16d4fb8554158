/** Stripe.js as far as these pages use it: https://docs.stripe.com/js/embedded_checkout */
interface Checkout {
  mount(place: HTMLElement): void;
  destroy(): void;
}
interface Options {
  fetchClientSecret: () => Promise<string>;
  onComplete: () => void;
}
type Begin = (options: Options) => Promise<Checkout>;
/** Versions differ in what they call it. */
interface Stripe {
  createEmbeddedCheckoutPage?: Begin;
  initEmbeddedCheckout?: Begin;
}
declare global {
  var Stripe: ((publishableKey: string) => Stripe) | undefined;
}

let loading: Promise<void> | null = null;

/** The script, from where the server says; only who pays loads it. */
function load(): Promise<void> {
  loading ??= new Promise<void>((resolve, reject) => {
    const src = document.querySelector<HTMLMetaElement>('meta[name="storecast-stripe-js"]')?.content ?? "";
    const script = Object.assign(document.createElement("script"), { src, async: true });
    script.onload = () => resolve();
    script.onerror = () => {
      script.remove();
      loading = null;
      reject(new Error("Stripe.js could not be loaded"));
    };
    document.head.append(script);
  });
  return loading;
}

/** Shows the payment in `place`; answers what takes it away. Rejects where the script or the payment cannot be had. */
export async function mountPayment(
  place: HTMLElement,
  key: string,
  secret: string,
  oncomplete: () => void,
): Promise<() => void> {
  await load();
  const stripe = globalThis.Stripe?.(key);
  const begin = stripe?.createEmbeddedCheckoutPage ?? stripe?.initEmbeddedCheckout;
  if (!stripe || !begin) throw new Error("Stripe.js knows no embedded checkout");
  const checkout = await begin.call(stripe, { fetchClientSecret: async () => secret, onComplete: oncomplete });
  checkout.mount(place);
  return () => checkout.destroy();
}
