/** The calls of webhooks: where events of one's channels go, and what came of it. */
import { body, client, data } from "./calls";
import type { Delivery } from "./types";

export interface WebhookFacts {
  url: string;
  /** Names and groups; none for all. */
  events: string[];
  description: string;
  enabled: boolean;
}

const byId = (id: string) => ({ params: { path: { id } } });

export const webhooks = {
  list: () => data(client.GET("/api/v1/webhooks")),
  create: (facts: WebhookFacts) => data(client.POST("/api/v1/webhooks", { body: facts })),
  update: (id: string, facts: WebhookFacts) =>
    data(client.PUT("/api/v1/webhooks/{id}", { ...byId(id), body: { ...facts, rotate: false } })),
  rotate: (id: string) => data(client.PUT("/api/v1/webhooks/{id}", { ...byId(id), body: { rotate: true } })),
  remove: (id: string) => body(client.DELETE("/api/v1/webhooks/{id}", byId(id))),
  test: (id: string) => data(client.POST("/api/v1/webhooks/{id}/test", byId(id))),
  /** A page of what it was sent, the newest first, and how many pages there are. */
  async deliveries(id: string, page: number): Promise<{ items: Delivery[]; pages: number }> {
    const params = { path: { id }, query: { page } };
    const answer = await body(client.GET("/api/v1/webhooks/{id}/deliveries", { params }));
    return { items: answer.data, pages: answer.meta.pagination.total_pages };
  },
  sendAgain: (id: string) => data(client.POST("/api/v1/webhooks/deliveries/{id}/replay", byId(id))),
};
