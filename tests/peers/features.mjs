// What a client does in each cell of docs/clients.md, said once for all client libraries.
//
// A driver (v1.mjs, v2.mjs) hands in `open(handlers)`, which connects and returns
//   { client, version, notifications }   with client.listTools(), callTool(), ... of its library.
// A feature returns facts; it throws when the outcome is wrong. Names and outputs are those of the
// conformance fixture; --tool and --arguments drive another server.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatewayFeatures } from './gateway_features.mjs';

const LOG_LEVEL = 'io.modelcontextprotocol/logLevel';
const limit = 20_000; // ms that a call may take

/** A promise with its two ends outside, and a deadline that names what did not come. */
function expectation(what, milliseconds = 10_000) {
  let arrive;
  const arrived = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${what} within ${milliseconds} ms`)), milliseconds);
    arrive = (value) => (clearTimeout(timer), resolve(value));
  });
  arrived.catch(() => {}); // reported where it is awaited
  return { arrive, arrived };
}

const text = (result) => result.content.filter((c) => c.type === 'text').map((c) => c.text).join('\n');

function assertSucceeded(result) {
  assert.ok(!result.isError, `the tool failed: ${text(result)}`);
  return text(result);
}

export const features = {
  ...gatewayFeatures,

  async list({ open }) {
    const { client } = await open();
    const { tools } = await client.listTools();
    const { resources } = await client.listResources();
    const { resourceTemplates } = await client.listResourceTemplates();
    const { prompts } = await client.listPrompts();
    assert.ok(tools.length > 0 && tools.every((tool) => tool.inputSchema.type === 'object'));
    return { tools: tools.length, resources: resources.length, templates: resourceTemplates.length, prompts: prompts.length };
  },

  async call({ open, tool = 'test_simple_text', args = {} }) {
    const { client } = await open();
    return { text: assertSucceeded(await client.callTool(tool, args, { timeout: limit })) };
  },

  async progress({ open, tool = 'test_tool_with_progress', args = {} }) {
    const { client } = await open();
    const seen = [];
    const onprogress = ({ progress }) => seen.push(progress);
    assertSucceeded(await client.callTool(tool, args, { timeout: limit, onprogress }));
    assert.ok(seen.length >= 2, `${seen.length} progress notifications came, at least 2 are expected`);
    assert.ok(seen.every((value, i) => i === 0 || value > seen[i - 1]), `progress does not rise: ${seen}`);
    return { progress: seen };
  },

  /** The same, however busy the machine: the tool waits until each step was seen. */
  async 'progress-in-step'({ open, tool = 'test_progress_in_step' }) {
    const { client } = await open();
    const folder = mkdtempSync(join(tmpdir(), 'progress-'));
    const file = join(folder, 'seen'), seen = [];
    const onprogress = ({ progress }) => (seen.push(progress), writeFileSync(`${file}.${progress}`, ''));
    try {
      assertSucceeded(await client.callTool(tool, { file }, { timeout: limit, onprogress }));
    } finally {
      rmSync(folder, { recursive: true });
    }
    assert.deepEqual(seen, [1, 2, 3]);
    return { progress: seen };
  },

  async logging({ open, tool = 'test_tool_with_logging', args = {} }) {
    const logged = expectation('log message');
    const messages = [];
    const { client, modern } = await open({ log: (params) => (messages.push(params.data), logged.arrive()) });
    // The modern era asks with each request, the legacy one once for the session.
    if (!modern) await client.setLoggingLevel('debug');
    const meta = modern ? { [LOG_LEVEL]: 'debug' } : undefined;
    assertSucceeded(await client.callTool(tool, args, { timeout: limit, meta }));
    await logged.arrived;
    return { messages };
  },

  async elicitation({ open, tool = 'test_elicitation', args = { message: 'Who are you?' } }) {
    const asked = [];
    const elicit = (params) => {
      asked.push(params.message);
      return { action: 'accept', content: { username: 'ada', email: 'ada@example.org' } };
    };
    const { client } = await open({ elicit });
    const said = assertSucceeded(await client.callTool(tool, args, { timeout: limit }));
    assert.equal(asked.length, 1, 'the user is asked once');
    assert.match(said, /ada@example\.org/, 'the answer reaches the tool');
    return { asked, text: said };
  },

  async sampling({ open, tool = 'test_sampling', args = { prompt: 'Name a colour.' } }) {
    const asked = [];
    const sample = (params) => {
      asked.push(params.messages.length);
      return { role: 'assistant', content: { type: 'text', text: 'vermilion' }, model: 'peer', stopReason: 'endTurn' };
    };
    const { client } = await open({ sample });
    const said = assertSucceeded(await client.callTool(tool, args, { timeout: limit }));
    assert.equal(asked.length, 1, 'the model is asked once');
    assert.match(said, /vermilion/, "the model's answer reaches the tool");
    return { text: said };
  },

  async roots({ open, tool = 'test_input_required_result_list_roots', args = {} }) {
    const { client } = await open({ roots: () => ({ roots: [{ uri: 'file:///peer/root', name: 'peer-root' }] }) });
    const said = assertSucceeded(await client.callTool(tool, args, { timeout: limit }));
    assert.match(said, /peer-root|file:\/\/\/peer\/root/, 'the roots reach the tool');
    return { text: said };
  },

  /** Reads the note in each of `folders`, and in the one before, while the client's roots are this folder alone. */
  async 'roots-changed'({ open, args: { folders } }) {
    let now, asked = 0;
    const { client, modern } = await open({ roots: () => (++asked, { roots: [{ uri: `file://${now}` }] }) });
    const read = async (folder) =>
      text(await client.callTool('read_text_file', { path: `${folder}/note.txt` }, { timeout: limit }));
    // How long a server takes to look at what it was told is its own affair.
    const readWhenAllowed = async (folder) => {
      const until = Date.now() + limit;
      for (;;) {
        const note = await read(folder);
        if (!/denied/.test(note) || Date.now() > until) return note;
      }
    };
    const said = [];
    for (const folder of folders) {
      const before = now;
      now = folder;
      if (before && !modern) await client.rootsChanged();
      said.push(await readWhenAllowed(folder), ...(before ? [await read(before)] : []));
    }
    return { said, asked };
  },

  /** Withdraws a call after its first progress; the connection serves on. That the server stopped
   *  the call is said by the file it writes, or by its tool `told`, before the client leaves: that withdraws, too. */
  async cancellation({ open, tool = 'test_tool_with_progress', args: { told, ...args } = {} }) {
    const { client } = await open();
    const abort = new AbortController();
    const call = client.callTool(tool, args, {
      timeout: limit, signal: abort.signal, onprogress: () => abort.abort(new Error('withdrawn')),
    });
    const outcome = await call.then((result) => ({ result }), (error) => ({ error }));
    assert.ok(outcome.error, 'a withdrawn call brings no result');
    assert.match(String(outcome.error), /withdrawn|abort/i);
    const { tools } = await client.listTools();
    const heard = async () => assertSucceeded(await client.callTool(told, args, { timeout: limit })) === 'yes';
    for (const until = Date.now() + limit; told && !(await heard());) {
      assert.ok(Date.now() < until, 'the server did not hear of the cancellation');
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    // Who leaves at once may take its server along, over stdio, before that has read of the cancellation.
    while (args.file && !existsSync(args.file)) await new Promise((resolve) => { setTimeout(resolve, 20); });
    return { error: String(outcome.error.message ?? outcome.error), toolsAfter: tools.length };
  },

  /** The server closes the stream in the middle of a call; the result comes on a new one. */
  async resume({ open, tool = 'test_reconnection', args = {} }) {
    const resumedFrom = [];
    const { client } = await open({ resumed: (id) => resumedFrom.push(id) });
    const said = assertSucceeded(await client.callTool(tool, args, { timeout: limit }));
    assert.ok(resumedFrom.length > 0, 'the result came without a GET that carries Last-Event-ID');
    return { text: said, resumedFrom };
  },

  /** A resource that is watched changes. */
  async updates({ open, tool = 'test_trigger_resource_update', args = {} }) {
    const updated = expectation('resources/updated');
    const { client } = await open({ updated: updated.arrive });
    await client.watch('test://watched-resource');
    assertSucceeded(await client.callTool(tool, args, { timeout: limit }));
    assert.equal(await updated.arrived, 'test://watched-resource');
    return { updated: true };
  },

  /** Three ways to fail, each told in the client's era. */
  async errors({ open }) {
    const { client, modern } = await open();
    const codeOf = (call) => call.then((result) => { throw new Error(`no error but ${JSON.stringify(result)}`); }, ({ code }) => code);
    assert.equal(await codeOf(client.readResource('test://no-such-resource')), modern ? -32602 : -32002);
    assert.equal(await codeOf(client.callTool('no_such_tool', {}, { timeout: limit })), -32602);
    const failed = await client.callTool('test_error_handling', {}, { timeout: limit });
    assert.ok(failed.isError);
    assert.match(text(failed), /intentionally/);
    return {};
  },

  /** A client that cannot be asked: the call ends, and 2026-07-28 says what it would have needed. */
  async undeclared({ open, tool = 'test_sampling', args = { prompt: 'a colour' } }) {
    const { client, modern } = await open();
    const outcome = await client.callTool(tool, args, { timeout: limit }).catch((error) => error);
    if (modern) assert.equal(outcome.code, -32021, JSON.stringify(outcome));
    else assert.ok(outcome.isError || outcome.code, JSON.stringify(outcome));
    return {};
  },

  async 'list-changed'({ open, tool = 'test_trigger_tool_change', args = {} }) {
    const changed = expectation('tools/list_changed');
    const { client } = await open({ toolsChanged: () => changed.arrive() });
    assertSucceeded(await client.callTool(tool, args, { timeout: limit }));
    await changed.arrived;
    return { changed: true };
  },
};
