/** The calls of payments: a seller's own Stripe keys, and what their buyers read before they pay. */
import { body, client, data } from "./calls";
import { ApiError } from "./error";
import type { components } from "./schema";

export type StripeKeys = components["schemas"]["StripeView"];
export type ShippingRate = components["schemas"]["ShippingRateView"];
export type SellerTerms = components["schemas"]["TermsView"];

export interface StripeChanges {
  publishable_key: string;
  /** Left out, it stays. */
  secret_key?: string;
  webhook_secret?: string;
  shipping_countries: string[];
  shipping_rates: { name: string; price: string; currency: string }[];
  automatic_tax: boolean;
}

export const payments = {
  /** False where there are none. */
  async stripe(): Promise<StripeKeys | false> {
    try {
      return await data(client.GET("/api/v1/payments/stripe"));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    }
  },
  putStripe: (changes: StripeChanges) => data(client.PUT("/api/v1/payments/stripe", { body: changes })),
  removeStripe: () => body(client.DELETE("/api/v1/payments/stripe")),
  terms: () => data(client.GET("/api/v1/payments/terms")),
  putTerms: (terms: SellerTerms) => data(client.PUT("/api/v1/payments/terms", { body: terms })),
};
