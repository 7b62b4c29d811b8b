import { Socket } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { encodeFrame, frameReader } from './frames.ts';

/** Where a process finds the socket to whoever started it. */
const channelFd = 3;

/** A worker's side: answers each message, one after the other, in a process or a thread alike. */
export function serveMessages<M>(handle: (message: M, post: (answer: object) => void) => Promise<void> | void): void {
  const socket = parentPort === null ? openSocket() : undefined;
  const post = (answer: object) => {
    if (socket === undefined) parentPort?.postMessage(answer);
    else socket.write(encodeFrame(answer));
  };
  let last: Promise<void> = Promise.resolve();
  const receive = (message: M) => {
    last = last.then(() => handle(message, post));
    // A failure that the handler did not answer is a defect of the worker: it ends, and another takes its place.
    last.catch((error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    });
  };
  parentPort?.on('message', receive);
  // The other side of the channel sends nothing but messages.
  socket?.on(
    'data',
    frameReader((message) => receive(message as M)),
  );
}

function openSocket(): Socket {
  const socket = new Socket({ fd: channelFd });
  const gone = () => process.exit(0); // Whoever asked is gone.
  socket.on('error', gone);
  socket.on('close', gone);
  return socket;
}
