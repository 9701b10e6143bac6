// Drives a server with the official client v1 (@modelcontextprotocol/sdk), legacy revisions only.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema, ElicitRequestSchema, ListRootsRequestSchema, LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { httpOptions, main } from './driver.mjs';

/** What the client of v2 does by itself. */
async function everyPage(list, member) {
  const all = [];
  let cursor;
  do {
    const page = await list(cursor && { cursor });
    all.push(...page[member]);
    cursor = page.nextCursor;
  } while (cursor);
  return { [member]: all };
}

/** v1 always asks for its newest revision; an older client is one that asks for an older one. */
function askFor(version, transport) {
  const send = transport.send.bind(transport);
  transport.send = (message, options) =>
    send(message.method === 'initialize'
      ? { ...message, params: { ...message.params, protocolVersion: version } } : message, options);
  const setVersion = transport.setProtocolVersion?.bind(transport);
  let negotiated;
  transport.setProtocolVersion = (value) => (negotiated = value, setVersion?.(value));
  return () => negotiated;
}

async function connect({ url, command, version, handlers }) {
  // A URL that ends in /sse is that of 2024-11-05's own transport.
  const overHttp = url?.endsWith('/sse') ? SSEClientTransport : StreamableHTTPClientTransport;
  const transport = url
    ? new overHttp(new URL(url), httpOptions(handlers))
    : new StdioClientTransport({ command: command[0], args: command.slice(1), env: process.env, stderr: 'inherit' });
  const negotiated = askFor(version, transport);
  const capabilities = {
    ...(handlers.elicit && { elicitation: {} }),
    ...(handlers.sample && { sampling: {} }),
    ...(handlers.roots && { roots: { listChanged: true } }),
  };
  const listChanged = handlers.toolsChanged &&
    { tools: { autoRefresh: false, debounceMs: 0, onChanged: handlers.toolsChanged } };
  const client = new Client({ name: 'peer-v1', version: '1.0.0' }, { capabilities, listChanged });
  if (handlers.elicit) client.setRequestHandler(ElicitRequestSchema, ({ params }) => handlers.elicit(params));
  if (handlers.sample) client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => handlers.sample(params));
  if (handlers.roots) client.setRequestHandler(ListRootsRequestSchema, () => handlers.roots());
  if (handlers.log) client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => handlers.log(params));
  if (handlers.updated) {
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => handlers.updated(params.uri));
  }
  await client.connect(transport);

  return {
    version: negotiated() ?? version,
    modern: false,
    client: {
      listTools: () => everyPage((page) => client.listTools(page), 'tools'),
      listResources: () => everyPage((page) => client.listResources(page), 'resources'),
      listResourceTemplates: () => everyPage((page) => client.listResourceTemplates(page), 'resourceTemplates'),
      listPrompts: () => everyPage((page) => client.listPrompts(page), 'prompts'),
      readResource: (uri) => client.readResource({ uri }),
      watch: (uri) => client.subscribeResource({ uri }),
      getPrompt: (name, args) => client.getPrompt({ name, arguments: args }),
      complete: (params) => client.complete(params),
      rootsChanged: () => client.sendRootsListChanged(),
      setLoggingLevel: (level) => client.setLoggingLevel(level),
      callTool: (name, args, options) => client.callTool({ name, arguments: args }, undefined, options),
    },
    async close() {
      await transport.terminateSession?.();
      await client.close();
    },
  };
}

await main('v1', '2025-11-25', connect);
