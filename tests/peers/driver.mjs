// The command line that the drivers share:
//   node DRIVER FEATURE (--url URL | --stdio COMMAND [ARGUMENT...]) [--version REVISION]
//                       [--tool NAME] [--arguments JSON]          (--stdio comes last)
// With BEARER in the environment, its value is the key that goes with every HTTP request.
// Prints one JSON line {client, feature, transport, version, ok, ...facts or error and its status}; exit 0 if ok.
import { parseArgs } from 'node:util';
import { features } from './features.mjs';

function parse(argv) {
  const at = argv.indexOf('--stdio');
  const command = at < 0 ? [] : argv.slice(at + 1);
  const { values, positionals } = parseArgs({
    args: at < 0 ? argv : argv.slice(0, at),
    allowPositionals: true,
    options: { url: { type: 'string' }, version: { type: 'string' }, tool: { type: 'string' }, arguments: { type: 'string' } },
  });
  const feature = positionals[0];
  if (!features[feature]) throw new Error(`which feature? One of: ${Object.keys(features).join(' ')}`);
  if (!values.url === !command.length) throw new Error('either --url URL or --stdio COMMAND');
  return { feature, command, ...values, args: values.arguments && JSON.parse(values.arguments) };
}

/** What a transport over HTTP is made with: the key, and a fetch that tells of each GET which resumes a stream. */
export const httpOptions = (handlers) => ({
  requestInit: process.env.BEARER && { headers: { Authorization: `Bearer ${process.env.BEARER}` } },
  fetch: (url, init) => {
    const lastEventId = new Headers(init?.headers).get('last-event-id');
    if (lastEventId) handlers.resumed?.(lastEventId);
    return fetch(url, init);
  },
});

/** connect({url, command, version, handlers}) -> {client, version, modern, close} */
export async function main(name, defaultVersion, connect) {
  const line = { client: name };
  let opened;
  try {
    const { feature, url, command, version = defaultVersion, tool, args } = parse(process.argv.slice(2));
    Object.assign(line, { feature, transport: url ? 'http' : 'stdio', version });
    const open = async (handlers = {}) => {
      opened = await connect({ url, command, version, handlers });
      if (opened.version !== version) throw new Error(`negotiated ${opened.version}, not ${version}`);
      return opened;
    };
    Object.assign(line, { ok: true }, await features[feature]({ open, tool, args }));
  } catch (error) {
    Object.assign(line, { ok: false, error: String(error.message ?? error), status: error.data?.status ?? error.code });
  }
  process.stdout.write(JSON.stringify(line) + '\n');
  // A peer that does not let go must not hold up the test.
  setTimeout(() => process.exit(line.ok ? 0 : 1), 5_000).unref();
  await opened?.close().catch(() => {});
  process.exit(line.ok ? 0 : 1);
}
