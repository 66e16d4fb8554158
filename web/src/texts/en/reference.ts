/** The page around the API's description, which is itself in English. */
export const texts = {
  title: "API reference",
  operations: "Operations",
  search: "Search operations",
  programs: "The same as OpenAPI 3.1, for programs",
  none: "No operation has that in it.",
  failed: "The description could not be loaded.",
};

export type Texts = typeof texts;
