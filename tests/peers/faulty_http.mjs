// The HTTP half of faulty.mjs: Streamable HTTP with sessions, and what can go wrong between request and answer.
// POST /control?refuse=N resets the connections that are open and the next N; GET /count?path tells how often a path
// was asked for.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";

export function serve({ answer, later, said }) {
  const sessions = new Set();
  const counts = new Map();
  const sockets = new Set();
  let refuse = 0;

  const json = (response, status, message, headers = {}) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(JSON.stringify({ jsonrpc: "2.0", ...message }));
  };
  const stream = (response) => response.writeHead(200, { "Content-Type": "text/event-stream" });
  const event = (message) => `data: ${JSON.stringify({ jsonrpc: "2.0", ...message })}\n\n`;

  const faults = {
    // Nobody can tell whether the request arrived.
    reset: (id, args, response) => response.socket.resetAndDestroy(),
    close: (id, args, response) => response.socket.end(),
    hang() {},
    // The head and half of the answer, then silence.
    stall(id, args, response) {
      response.writeHead(200, { "Content-Type": "application/json" });
      response.write(`{"jsonrpc":"2.0","id":${id},"result":`);
    },
    cut(id, args, response) {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 1000 });
      response.write(`{"jsonrpc":"2.0","id":${id},"result":`, () => response.destroy());
    },
    500(id, args, response) {
      response.writeHead(500, { "Content-Type": "text/plain" });
      response.end("oops");
    },
    503(id, args, response) {
      response.writeHead(503, { "Content-Type": "text/html", "Retry-After": "1" });
      response.end("<html><body><h1>503 Service Unavailable</h1></body></html>");
    },
    html(id, args, response) {
      response.writeHead(200, { "Content-Type": "text/html" });
      response.end("<html><body>Please log in</body></html>");
    },
    redirect(id, args, response) {
      response.writeHead(307, { Location: "/elsewhere" });
      response.end();
    },
    malformed(id, args, response) {
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(`{"jsonrpc":"2.0","id":${id},"result":`);
    },
    "cut stream"(id, args, response) {
      stream(response);
      response.end(": nothing else\n\n");
    },
    "cut event"(id, args, response) {
      stream(response);
      const whole = event({ id, result: said(args) });
      response.write(whole.slice(0, whole.length / 2), () => response.destroy());
    },
    "wrong id"(id, args, response) {
      stream(response);
      response.end(event({ id: id + 1_000_000, result: said(args) }) + event({ id: 1, result: said(args) }));
    },
    double(id, args, response) {
      stream(response);
      response.end(event({ id, result: said(args) }).repeat(3));
    },
  };

  function take(message, request, response) {
    const { id, params, method } = message;
    if (method === "initialize") {
      const session = randomUUID();
      sessions.add(session);
      return json(response, 200, { id, ...answer(message) }, { "Mcp-Session-Id": session });
    }
    if (method === "server/discover") return json(response, 400, { id, ...answer(message) });
    if (!sessions.has(request.headers["mcp-session-id"])) return json(response, 404, { id, error: { code: -32001, message: "no such session" } });
    if (id === undefined) return response.writeHead(202).end();
    const fault = params?.name === "fault" && faults[params.arguments.kind];
    if (fault) return fault(id, params.arguments, response);
    later(params?.arguments?.ms, () => json(response, 200, { id, ...answer(message) }));
  }

  function control(url, response) {
    const own = response.socket;
    refuse = Number(url.searchParams.get("refuse"));
    sockets.forEach((socket) => socket !== own && socket.resetAndDestroy());
    response.end("{}");
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    counts.set(url.pathname, (counts.get(url.pathname) ?? 0) + 1);
    if (url.pathname === "/control") return control(url, response);
    if (url.pathname === "/count") return response.end(String(counts.get(url.search.slice(1)) ?? 0));
    if (url.pathname !== "/mcp") return response.writeHead(404).end();
    if (request.method === "GET") return response.writeHead(405).end();
    if (request.method === "DELETE") return response.writeHead(sessions.delete(request.headers["mcp-session-id"]) ? 204 : 404).end();
    let body = "";
    request.on("data", (data) => (body += data));
    request.on("end", () => take(JSON.parse(body), request, response));
  });
  server.on("connection", (socket) => {
    if (refuse > 0) {
      --refuse;
      return socket.resetAndDestroy();
    }
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
  process.on("SIGTERM", () => process.exit(0));
}
