// A server on the official SDK v2 whose answers may be kept, and that notes what reached it.
//   node cached_v2.mjs FOLDER   on stdin and stdout
// Each read adds a byte to FOLDER/reads, each run of the tool one to FOLDER/runs. While FOLDER/down is there it does
// not start.
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { appendFileSync, existsSync } from 'node:fs';

const folder = process.argv[2];
if (existsSync(`${folder}/down`)) process.exit(1);

function build() {
  const server = new McpServer({ name: 'cached', version: '1' }, {
    cacheHints: { 'tools/list': { ttlMs: 600_000, cacheScope: 'public' } },
  });
  server.registerResource('page', 'file:///page', { cacheHint: { ttlMs: 600_000, cacheScope: 'public' } }, (uri) => {
    appendFileSync(`${folder}/reads`, 'r');
    return { contents: [{ uri: uri.href, text: 'the page' }] };
  });
  server.registerTool('search', { inputSchema: fromJsonSchema({ type: 'object' }) }, () => {
    appendFileSync(`${folder}/runs`, 's');
    return { content: [{ type: 'text', text: 'found' }] };
  });
  return server;
}
serveStdio(build);
