/** The calls about a channel's videos. */
import { client, data } from "./calls";
import type { components } from "./schema";

type Schemas = components["schemas"];

/** A video as those see it who edit its channel. Times are in seconds. */
export type Video = Pick<
  Schemas["MediaView"],
  | "id"
  | "name"
  | "origin"
  | "status"
  | "progress"
  | "problem"
  | "duration"
  | "size"
  | "poster"
  | "storyboard"
  | "hls_url"
  | "session_id"
  | "in_playlist"
  | "frame_rate"
  | "started_at"
  | "trimming"
  | "undo_until"
  | "deleted_until"
  | "viewers"
  | "replay_viewers"
  | "sold"
  | "created_at"
>;
export type VideoChanges = Schemas["MediaChanges"];
/** A stretch of a video: `start` is in it, `end` is not. */
export type Span = Schemas["Span"];

function at(media_id: string) {
  return { params: { path: { media_id } } };
}

export const media = {
  /** In the channel's order; `deleted`, those that can be had back. */
  list: (channel_ref: string, deleted = false): Promise<Video[]> =>
    data(client.GET("/api/v1/events/{channel_ref}/media", { params: { path: { channel_ref }, query: { deleted } } })),
  show: (id: string): Promise<Video> => data(client.GET("/api/v1/events/media/{media_id}", at(id))),
  update: (id: string, changes: VideoChanges): Promise<Video> =>
    data(client.PUT("/api/v1/events/media/{media_id}", { ...at(id), body: changes })),
  /** Those first, in this order, all at once. */
  order: (channel_ref: string, order: string[]): Promise<Video[]> =>
    data(
      client.PATCH("/api/v1/events/{channel_ref}/media/order", { params: { path: { channel_ref } }, body: { order } }),
    ),
  dismissProblem: (id: string): Promise<Video> =>
    data(client.DELETE("/api/v1/events/media/{media_id}/problem", at(id))),
  remove: (id: string): Promise<Video> => data(client.DELETE("/api/v1/events/media/{media_id}", at(id))),
  restore: (id: string): Promise<Video> => data(client.POST("/api/v1/events/media/{media_id}/restore", at(id))),
  /** Has processed again what failed. */
  sync: (id: string): Promise<Video> => data(client.POST("/api/v1/events/media/{media_id}/sync", at(id))),
  trim: (id: string, keep: Span[]): Promise<Video> =>
    data(client.PATCH("/api/v1/events/media/{media_id}/trim", { ...at(id), body: { keep } })),
  /** What it was before it was trimmed; while that is being made, what it is. */
  undoTrim: (id: string): Promise<Video> => data(client.POST("/api/v1/events/media/{media_id}/trim/undo", at(id))),
  confirmTrim: (id: string): Promise<Video> =>
    data(client.POST("/api/v1/events/media/{media_id}/trim/confirm", at(id))),
  clip: (id: string, span: Span, name: string): Promise<Video> =>
    data(client.POST("/api/v1/media/{media_id}/clips", { ...at(id), body: { ...span, name } })),
  /** Where the file itself can be had for an hour. */
  download: (id: string) => data(client.GET("/api/v1/events/media/{media_id}/download", at(id))),
};
