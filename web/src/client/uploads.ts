/** The calls of uploads, but for the bytes, which `lib/uploads` sends to the address these answer. */
import { client, data } from "./calls";
import type { components } from "./schema";

export type VideoType = components["schemas"]["VideoType"];

export interface Announced {
  extension: VideoType;
  filename: string;
  size: number;
}

export const uploads = {
  begin: (channel_ref: string, file: Announced) =>
    data(client.POST("/api/v1/events/{channel_ref}/media/add", { params: { path: { channel_ref } }, body: file })),
  progress: (id: string) => data(client.GET("/api/v1/media/{id}/uploads", { params: { path: { id } } })),
};
