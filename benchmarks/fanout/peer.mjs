// The same job by Node's `ws`: a room, JSON encoded once a message, a send for each client.
// Messages come by standard input, one JSON object a line, which is cheaper than our bus and hook.
import { createInterface } from "node:readline";
import { WebSocketServer } from "ws";

const rooms = new Map();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, backlog: 1024, perMessageDeflate: false, maxPayload: 4096 });

server.on("connection", (socket) => {
  const joined = new Set();
  socket.on("error", () => socket.terminate());
  socket.on("message", (text) => {
    const { type, room } = JSON.parse(text);
    if (type !== "subscribe") return;
    if (!rooms.has(room)) rooms.set(room, new Set());
    rooms.get(room).add(socket);
    joined.add(room);
    socket.send(JSON.stringify({ type: "subscribed", room, seq: 0, recovered: true }));
  });
  socket.on("close", () => {
    for (const room of joined) rooms.get(room).delete(socket);
  });
});
server.on("listening", () => console.log(server.address().port));

createInterface({ input: process.stdin }).on("line", (line) => {
  const { room, seq, event, at, data } = JSON.parse(line);
  const frame = Buffer.from(JSON.stringify({ type: "event", room, seq, event, at, data }));
  for (const socket of rooms.get(room) ?? []) socket.send(frame, { binary: false });
});
