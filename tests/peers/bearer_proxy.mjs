// HTTP in front of a server that wants a key, for the conformance suite, which can send none:
//   BEARER=KEY node bearer_proxy.mjs PORT SERVER_PORT
// It adds the header `Authorization` to each request and changes nothing else, in neither direction.
import { createServer, request as open } from 'node:http';
import { pipeline } from 'node:stream';

const [port, serverPort] = process.argv.slice(2).map(Number);
const authorization = `Bearer ${process.env.BEARER}`;

createServer((request, response) => {
  const headers = [...request.rawHeaders, 'Authorization', authorization];
  const onward = open({ host: '127.0.0.1', port: serverPort, method: request.method, path: request.url, headers });
  onward.on('error', () => response.destroy());
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders).flushHeaders();
    pipeline(answer, response, () => {});
  });
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}).listen(port, '127.0.0.1');
