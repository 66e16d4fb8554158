import { signedInBy, unreachable } from "./transport";

/** Sends as whoever is signed in, for an answer that may take as long as it is: a file of every order there ever was. */
export function downloading(request: Request): Promise<Response> {
  return signedInBy(async (bearing) => {
    try {
      return await fetch(bearing);
    } catch {
      throw unreachable();
    }
  }, request);
}

/** Hands a file to whoever reads the page. */
export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun by then; sooner, some have nothing to save.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
