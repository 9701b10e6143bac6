// Drives a server with the official client v2 (@modelcontextprotocol/client): 2026-07-28 pinned, so
// that nothing falls back, or a legacy revision.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { httpOptions, main } from './driver.mjs';

async function connect({ url, command, version, handlers }) {
  const modern = version >= '2026-07-28';
  const transport = url
    ? new StreamableHTTPClientTransport(new URL(url), httpOptions(handlers))
    : new StdioClientTransport({ command: command[0], args: command.slice(1), env: process.env, stderr: 'inherit' });
  const capabilities = {
    ...(handlers.elicit && { elicitation: {} }),
    ...(handlers.sample && { sampling: {} }),
    ...(handlers.roots && { roots: modern ? {} : { listChanged: true } }),
  };
  const listChanged = handlers.toolsChanged &&
    { tools: { autoRefresh: false, debounceMs: 0, onChanged: handlers.toolsChanged } };
  const client = new Client({ name: 'peer-v2', version: '1.0.0' }, {
    capabilities, listChanged,
    ...(modern ? { versionNegotiation: { mode: { pin: version } } } : { supportedProtocolVersions: [version] }),
  });
  if (handlers.elicit) client.setRequestHandler('elicitation/create', ({ params }) => handlers.elicit(params));
  if (handlers.sample) client.setRequestHandler('sampling/createMessage', ({ params }) => handlers.sample(params));
  if (handlers.roots) client.setRequestHandler('roots/list', () => handlers.roots());
  if (handlers.log) client.setNotificationHandler('notifications/message', ({ params }) => handlers.log(params));
  if (handlers.updated) client.setNotificationHandler('notifications/resources/updated', ({ params }) => handlers.updated(params.uri));
  await client.connect(transport);

  return {
    version: client.getNegotiatedProtocolVersion(),
    modern,
    client: {
      listTools: () => client.listTools(),
      listResources: () => client.listResources(),
      listResourceTemplates: () => client.listResourceTemplates(),
      listPrompts: () => client.listPrompts(),
      readResource: (uri) => client.readResource({ uri }),
      watch: (uri) => (modern ? client.listen({ resourceSubscriptions: [uri] }) : client.subscribeResource({ uri })),
      getPrompt: (name, args) => client.getPrompt({ name, arguments: args }),
      complete: (params) => client.complete(params),
      rootsChanged: () => client.sendRootsListChanged(),
      setLoggingLevel: (level) => client.setLoggingLevel(level),
      callTool: (name, args, { meta, ...options }) =>
        client.callTool({ name, arguments: args, ...(meta && { _meta: meta }) }, options),
    },
    async close() {
      if (url && !modern) await transport.terminateSession();
      await client.close();
    },
  };
}

await main('v2', '2026-07-28', connect);
