import { unreachable } from "./error";
import { signedInBy } from "./transport";

/** Without a byte for so long, nothing is coming any more. */
const STALLED_MS = 30_000;

/**
 * Sends as whoever is signed in and says how much has gone, 0 to 1. `fetch` cannot tell, and its time-out would end
 * what a slow line takes its time for.
 */
export function uploading(ongone: (share: number) => void): (request: Request) => Promise<Response> {
  return (request) => signedInBy((bearing) => post(bearing, ongone), request);
}

async function post(request: Request, ongone: (share: number) => void): Promise<Response> {
  const content = await request.blob();
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    let stalled: ReturnType<typeof setTimeout>;
    const alive = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => sending.abort(), STALLED_MS);
    };
    sending.open(request.method, request.url);
    for (const [name, value] of request.headers) sending.setRequestHeader(name, value);
    sending.upload.onprogress = ({ loaded, total }) => {
      alive();
      ongone(total > 0 ? loaded / total : 0);
    };
    sending.onload = () => {
      const type = sending.getResponseHeader("Content-Type") ?? "application/json";
      const wait = sending.getResponseHeader("Retry-After");
      const headers = { "Content-Type": type, ...(wait ? { "Retry-After": wait } : {}) };
      resolve(new Response(sending.responseText || null, { status: sending.status, headers }));
    };
    sending.onerror = sending.onabort = () => reject(unreachable());
    sending.onloadend = () => clearTimeout(stalled);
    alive();
    sending.send(content);
  });
}
