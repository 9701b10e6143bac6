// An MCP server that breaks rules on request: plain Node, no SDK, 2025-11-25 over stdio or Streamable HTTP.
//   node faulty.mjs [--http] [MODE] [--token TEXT]
// MODE is what is wrong from the start; what goes wrong in one call is the argument `kind` of the tool `fault`.
// The other tool, `echo`, always answers. --token marks the process for whoever looks for it among all processes.
// Over HTTP the first line of stdout is the port.
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { serve } from "./faulty_http.mjs";

const token = process.argv.indexOf("--token");
const words = process.argv.slice(2, token < 0 ? undefined : token);
const http = words[0] === "--http";
if (http) words.shift();
const [mode = "well", argument] = words;

const text = { type: "object", properties: { text: { type: "string" }, ms: { type: "number" }, kind: { type: "string" } } };
const tools = ["echo", "fault"].map((name) => ({ name, inputSchema: text }));
export const later = (ms, then) => (ms > 0 ? setTimeout(then, ms) : then());
export const said = (args) => ({ content: [{ type: "text", text: args.text }] });

// What every well-behaved server answers; undefined for what is no request.
export function answer(message) {
  const params = message.params ?? {};
  switch (message.method) {
    case "initialize":
      return { result: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "faulty", version: "1" } } };
    case "ping":
      return { result: {} };
    case "tools/list":
      return { result: { tools } };
    case "tools/call":
      return params.name === "echo" ? { result: said(params.arguments) } : { error: { code: -32602, message: "no such fault" } };
    default:
      return message.id === undefined ? undefined : { error: { code: -32601, message: `no ${message.method} here` } };
  }
}

// Whole, whatever the pipe takes at once: what follows may be the end of the process.
function write(fd, data) {
  for (let bytes = Buffer.from(data); bytes.length > 0; ) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}
const put = (message) => write(1, JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");

const line = "x".repeat(1023) + "\n";
const kept = [];
const faults = {
  // Never an answer, but a word on stderr when it has begun.
  hang() {
    write(2, "hangs\n");
  },
  // 8 MiB that are no messages, in lines and without an end, then the answer.
  noise(id, args) {
    for (let i = 0; i < 4096; ++i) write(1, line);
    write(1, "y".repeat(4 << 20) + "\n\n  \n[]\n42\nnull\n{}\n");
    put({ id, result: said(args) });
  },
  stderr(id, args) {
    for (let i = 0; i < 4096; ++i) write(2, line);
    write(2, "z".repeat(4 << 20));
    put({ id, result: said(args) });
  },
  "half a line"(id, args) {
    const whole = JSON.stringify({ jsonrpc: "2.0", id, result: said(args) });
    write(1, whole.slice(0, whole.length / 2));
    process.exit(7);
  },
  // The line ends, the message does not.
  malformed(id, args) {
    const whole = JSON.stringify({ jsonrpc: "2.0", id, result: said(args) });
    write(1, whole.slice(0, whole.length / 2) + "\n");
  },
  "no result"(id) {
    put({ id });
  },
  late(id, args) {
    setTimeout(() => put({ id, result: said(args) }), args.ms);
  },
  double(id, args) {
    for (let i = 0; i < 3; ++i) put({ id, result: said(args) });
  },
  // Under ids that were never used, that were used before, and that are no numbers: none of them the right one.
  "wrong id"(id, args) {
    for (const wrong of [id + 1_000_000, 1, 0, -1, String(id), null, 1.5, {}]) put({ id: wrong, result: said(args) });
  },
  exit() {
    process.exit(7);
  },
  // Keeps `ms` MiB more from now on, and answers.
  grow(id, args) {
    kept.push(Buffer.alloc(args.ms << 20, 1));
    put({ id, result: said(args) });
  },
  // Alive, but nobody will hear it again.
  "close stdout"() {
    closeSync(1);
  },
};

// A server of both eras whose first start was so slow that it found both questions waiting; `argument` is a file that
// says that it has been started before.
const slow = mode === "starts slowly" && !existsSync(argument);
if (slow) closeSync(openSync(argument, "w"));
const modern = { supportedVersions: ["2026-07-28", "2025-11-25"], capabilities: { tools: {} } };
let discover;
function startSlowly({ method, id }) {
  if (method === "server/discover" && slow) discover = id;
  else if (method === "server/discover") put({ id, result: modern });
  else if (method === "initialize" && discover !== undefined) put({ id: discover, result: modern });
  return method === "server/discover";
}

function take(text) {
  const message = JSON.parse(text);
  const { id, params } = message;
  if (message.method === "server/discover" && mode === "dies of the unknown") process.exit(9);
  if (mode === "starts slowly" && startSlowly(message)) return;
  const fault = params?.name === "fault" && faults[params.arguments.kind];
  if (fault) return fault(id, params.arguments);
  const reply = answer(message);
  if (reply) later(params?.arguments?.ms, () => put({ id, ...reply }));
}

function serveStdio() {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", take);
  lines.on("close", () => {
    if (mode !== "deaf") process.exit(0);
  });
}

// Like npx: Node that waits for a shell that waits for the server, and dies without a word to them.
function beParent() {
  const line = [process.execPath, process.argv[1], argument ?? "well", ...process.argv.slice(token < 0 ? process.argv.length : token)];
  const child = spawn(`${line.map((word) => `'${word}'`).join(" ")}; exit $?`, { stdio: "inherit", shell: true });
  child.on("exit", (code) => process.exit(code ?? 1));
}

switch (mode) {
  case "exits at start":
    write(2, "cannot read the settings\n");
    process.exit(3);
    break;
  case "parent":
    beParent();
    break;
  case "exits while": // a file with this name exists
    if (existsSync(argument)) process.exit(3);
    serveStdio();
    break;
  case "stuck while": // a file with this name exists: alive, but it answers nothing
    if (existsSync(argument)) setInterval(() => {}, 1000);
    else serveStdio();
    break;
  case "deaf":
    process.on("SIGTERM", () => {});
    setInterval(() => {}, 1000);
    serveStdio();
    break;
  default:
    if (http) serve({ answer, later, said });
    else serveStdio();
}
