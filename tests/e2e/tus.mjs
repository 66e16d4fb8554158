// The client that pages use, against a server: sends FILE to URL in small chunks and prints what the server acknowledged.
import { readFile } from "node:fs/promises";
import { Upload } from "../../web/node_modules/tus-js-client/lib.esm/node/index.js";

const [url, file] = process.argv.slice(2);
const upload = new Upload(await readFile(file), {
  uploadUrl: url,
  chunkSize: 1024 * 1024,
  retryDelays: Array(60).fill(500),
  onChunkComplete: (_, here) => console.log(here),
  onSuccess: () => console.log("sent"),
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
});
upload.start();
