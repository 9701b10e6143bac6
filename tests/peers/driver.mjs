// The command line that the drivers share:
//   node DRIVER FEATURE... (--url URL | --stdio COMMAND [ARGUMENT...]) [--version REVISION]
//                       [--tool NAME] [--arguments JSON]          (--stdio comes last)
// With BEARER in the environment, its value is the key that goes with every HTTP request.
// Prints one JSON line for each feature {client, feature, transport, version, ok, ...facts or error and its status};
// exit 0 if all are ok.
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
  if (!positionals.length || positionals.some((feature) => !features[feature])) {
    throw new Error(`which feature? Some of: ${Object.keys(features).join(' ')}`);
  }
  if (!values.url === !command.length) throw new Error('either --url URL or --stdio COMMAND');
  return { wanted: positionals, command, ...values, args: values.arguments && JSON.parse(values.arguments) };
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
  let failed = false;
  const tell = (line) => {
    failed ||= !line.ok;
    process.stdout.write(JSON.stringify({ client: name, ...line }) + '\n');
  };
  try {
    const { wanted, url, command, version = defaultVersion, tool, args } = parse(process.argv.slice(2));
    for (const feature of wanted) {
      const about = { feature, transport: url ? 'http' : 'stdio', version };
      const opened = [];
      const open = async (handlers = {}) => {
        opened.push(await connect({ url, command, version, handlers }));
        if (opened.at(-1).version !== version) throw new Error(`negotiated ${opened.at(-1).version}, not ${version}`);
        return opened.at(-1);
      };
      await features[feature]({ open, tool, args }).then(
        (facts) => tell({ ...about, ok: true, ...facts }),
        (error) => tell({
            ...about, ok: false, error: String(error.message ?? error), status: error.data?.status ?? error.code,
          }));
      // A peer that does not let go must not hold up the test.
      const limit = new Promise((resolve) => { setTimeout(resolve, 5_000).unref(); });
      await Promise.race([limit, Promise.allSettled(opened.map((one) => one.close()))]);
    }
  } catch (error) {
    tell({ ok: false, error: String(error.message ?? error) });
  }
  process.exit(failed ? 1 : 0);
}
