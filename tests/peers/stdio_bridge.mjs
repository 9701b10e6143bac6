// HTTP in front of a server that speaks on stdin and stdout, for the conformance suite, which speaks HTTP only:
//   node stdio_bridge.mjs PORT COMMAND [ARGUMENT...]
// It moves messages byte for byte and judges none of them: whatever the suite finds, the server said. All it reads is
// where a message belongs (its id, or the id or token in it), that `initialize` opens a session, which is a process
// of its own, and that a lost connection is a cancelled request. Statuses, headers and origins are not its matter.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const [port, ...command] = process.argv.slice(2);
const key = (id) => JSON.stringify(id);

/** What one HTTP request gets back: JSON if the answer is all there is, else an event stream, as it is if that is
 * what the client would rather have. */
class Stream {
  constructor(request, response, token, headers = {}) {
    Object.assign(this, { response, token, headers });
    this.preferred = /^text\/event-stream/.test(request.headers.accept);
  }

  begin(type) {
    if (!this.response.headersSent) this.response.writeHead(200, { ...this.headers, 'Content-Type': type });
  }

  message(line) {
    this.begin('text/event-stream');
    this.response.write(`data: ${line}\n\n`);
  }

  end(line) {
    if (this.preferred || this.response.headersSent) {
      this.message(line);
      return this.response.end();
    }
    this.begin('application/json');
    return this.response.end(line);
  }
}

class Child {
  requests = new Map(); // key of an open request -> its Stream, the newest last
  listener = null; // the Stream of a GET

  constructor(...[program, ...words]) {
    this.process = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.process.stdout }).on('line', (line) => this.line(line));
    this.process.on('exit', () => {
      for (const { response } of [...this.requests.values(), this.listener].filter(Boolean)) response.destroy();
    });
  }

  send(text) {
    this.process.stdin.write(`${text.replace(/[\r\n]+/g, ' ')}\n`);
  }

  line(text) {
    const { id, method, params = {} } = JSON.parse(text);
    const newest = [...this.requests.keys()].at(-1);
    if (method === undefined) {
      const whose = this.requests.has(key(id)) ? key(id) : id === null ? newest : undefined;
      const stream = this.requests.get(whose);
      this.requests.delete(whose);
      return stream?.end(text);
    }
    const open = [...this.requests.values()];
    const stream = this.requests.get(key(params._meta?.['io.modelcontextprotocol/subscriptionId']))
      ?? open.find(({ token }) => token !== undefined && token === params.progressToken)
      ?? this.listener ?? open.at(-1);
    return stream?.message(text);
  }

  request(message, text, stream) {
    const id = key(message.id);
    this.requests.set(id, stream);
    stream.response.on('close', () => {
      if (!this.requests.delete(id)) return;
      this.send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id}}}`);
    });
    this.send(text);
  }
}

const sessions = new Map();
const shared = []; // children of requests without a session; a second one only where an id is in use twice

function sharedChild(id) {
  const free = shared.find((child) => !child.requests.has(key(id)));
  if (!free) shared.push(new Child(...command));
  return free ?? shared.at(-1);
}

function post(text, session, request, response) {
  const message = JSON.parse(text);
  const token = message.params?._meta?.progressToken;
  if (message.method === 'initialize' && !session) {
    const id = randomUUID();
    sessions.set(id, new Child(...command));
    return sessions.get(id).request(message, text, new Stream(request, response, token, { 'Mcp-Session-Id': id }));
  }
  const child = sessions.get(session) ?? sharedChild(message.id);
  if (message.id !== undefined && message.method !== undefined) {
    return child.request(message, text, new Stream(request, response, token));
  }
  child.send(text);
  return response.writeHead(202).end();
}

createServer(async (request, response) => {
  const session = request.headers['mcp-session-id'];
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (session && !sessions.has(session)) return response.writeHead(404).end();
  if (request.method === 'POST') return post(Buffer.concat(chunks).toString(), session, request, response);
  if (!session) return response.writeHead(405).end();
  const child = sessions.get(session);
  if (request.method === 'DELETE') {
    sessions.delete(session);
    child.process.stdin.end();
    return response.writeHead(200).end();
  }
  child.listener = new Stream(request, response);
  response.on('close', () => { child.listener = null; });
  response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
}).listen(port, '127.0.0.1', () => console.error(`listening on http://localhost:${port}/mcp`));
