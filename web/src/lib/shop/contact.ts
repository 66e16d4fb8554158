/** Who buys, as they write it; kept in the page alone. */
export interface Contact {
  name: string;
  email: string;
  /** Line by line. */
  address: string;
  note: string;
}

export function emptyContact(name = "", email = ""): Contact {
  return { name, email, address: "", note: "" };
}
