/** What somebody wishes who came before a show. */
export type Wish = "tell" | "calendar";

/** That they are to be told: once they have confirmed it by mail, or for sure. */
export type Asked = "pending" | "told";
