// Serves a web-standard handler on 127.0.0.1, and keeps what legacy sessions need: for the fixtures,
// whose SDK packages bring no server of their own.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';

const ours = new Set(['localhost', '127.0.0.1', '[::1]']);
const hostnameOf = (authority) => { try { return new URL(`http://${authority}`).hostname; } catch { return ''; } };
const isOurs = ({ host, origin }) =>
  ours.has(hostnameOf(host)) && (origin === undefined || ours.has(hostnameOf(origin.replace(/^\w+:\/\//, ''))));

/** `handle`: Request -> Promise<Response>. Says on stderr where it listens. */
export function serve(port, handle) {
  const server = createServer(async (request, response) => {
    if (!isOurs(request.headers)) return response.writeHead(403).end();
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const answer = await handle(new Request(`http://${request.headers.host}${request.url}`, {
        method: request.method, headers: request.headers, signal: gone.signal,
        ...(chunks.length && { body: Buffer.concat(chunks) }),
      }));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      if (!answer.body) return response.end();
      response.flushHeaders();
      const body = Readable.fromWeb(answer.body);
      response.on('close', () => body.destroy());
      body.on('error', () => response.destroy()).pipe(response);
    } catch (error) {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });
  server.listen(port, '127.0.0.1', () =>
    console.error(`listening on http://localhost:${server.address().port}/mcp`));
}

/** What a session sent, for clients that come back with Last-Event-ID. */
export class Events {
  #kept = [];

  async storeEvent(stream, message) {
    return String(this.#kept.push({ stream, message }));
  }

  async getStreamIdForEventId(id) {
    return this.#kept[id - 1]?.stream;
  }

  async replayEventsAfter(last, { send }) {
    const { stream } = this.#kept[last - 1];
    for (let i = Number(last); i < this.#kept.length; ++i)
      if (this.#kept[i].stream === stream && this.#kept[i].message.jsonrpc) await send(String(i + 1), this.#kept[i].message);
    return stream;
  }
}

/** Legacy sessions: Request -> Promise<Response>. `connect(transport)` attaches a new server. */
export function sessions(Transport, connect) {
  const open = new Map();
  return async (request) => {
    const id = request.headers.get('mcp-session-id');
    if (id) return open.get(id)?.handleRequest(request) ?? new Response(null, { status: 404 });
    const transport = new Transport({
      sessionIdGenerator: () => crypto.randomUUID(), eventStore: new Events(), retryInterval: 500,
      onsessioninitialized: (session) => { open.set(session, transport); },
      onsessionclosed: (session) => { open.delete(session); },
    });
    await connect(transport);
    return transport.handleRequest(request);
  };
}
