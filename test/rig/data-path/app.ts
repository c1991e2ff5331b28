/**
 * The application of the stand-in pods: one process that listens on every address, so that it answers at each pod's, and says
 * which one it was asked at.
 */
import { createServer } from 'node:http';

const port = Number(process.argv[2]);

createServer((request, response) => {
  const answer = { pod: request.socket.localAddress, host: request.headers.host, path: request.url };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(answer)}\n`);
}).listen(port, '0.0.0.0');
