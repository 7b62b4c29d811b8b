import { createServer } from 'node:net';
import { parentPort } from 'node:worker_threads';

/** Takes connections and never answers. In a thread of its own. */
const server = createServer((socket) => socket.on('error', () => undefined));
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
