import { parentPort } from 'node:worker_threads';

/** A worker's side: answers each message, one after the other, in a process or a thread alike. */
export function serveMessages<M>(handle: (message: M, post: (answer: unknown) => void) => Promise<void> | void): void {
  const post = parentPort === null ? postToParent : parentPort.postMessage.bind(parentPort);
  let last: Promise<void> = Promise.resolve();
  const receive = (message: M) => {
    last = last.then(() => handle(message, post));
    // A failure that the handler did not answer is a defect of the worker: it ends, and another takes its place.
    last.catch((error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    });
  };
  if (parentPort !== null) parentPort.on('message', receive);
  else {
    process.on('message', receive);
    process.on('disconnect', () => process.exit(0)); // Whoever asked is gone.
  }
}

function postToParent(answer: unknown): void {
  process.send?.(answer as object);
}
