import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { encodeFrame, frameReader } from './frames.ts';

/** Where a worker runs: a process that dies takes no other with it; a thread starts faster and shares the process's memory. */
export type WorkerKind = 'process' | 'thread';

/** A program that runs beside this one and exchanges messages with it. */
export interface WorkerHandle {
  post(message: object): void;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
  readonly kind: WorkerKind;
  /** Of its process, -1 where none could be started; a thread's is ours. */
  readonly pid: number;
}

export interface WorkerEvents {
  message(message: unknown): void;
  /** It has ended, by itself or killed. Called once. `signal`: that ended its process. */
  exit(reason: string, signal?: NodeJS.Signals): void;
}

/**
 * Starts `entry`, a module. `nodeArguments` are those of Node before the module's name. Messages hold what JSON knows, and
 * below `tensors` tensors by their names.
 */
export function startWorker(
  kind: WorkerKind,
  entry: URL,
  events: WorkerEvents,
  nodeArguments: readonly string[] = [],
): WorkerHandle {
  return kind === 'process' ? startProcess(entry, events, nodeArguments) : startThread(entry, events, nodeArguments);
}

/** A process that could not be started. */
const stillborn: WorkerHandle = { kind: 'process', pid: -1, post: () => undefined, kill: () => undefined };

function startProcess(entry: URL, events: WorkerEvents, nodeArguments: readonly string[]): WorkerHandle {
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, [...nodeArguments, fileURLToPath(entry)], {
      stdio: ['ignore', 'inherit', 'inherit', 'overlapped'],
      // In a group of its own: Ctrl-C in a terminal would end it before its work is answered.
      detached: true,
    });
  } catch (error) {
    // Node throws some failures, such as too little memory, and makes events of others. Told later, when whoever asked has the handle.
    setImmediate(() => events.exit((error as Error).message));
    return stillborn;
  }
  // Where too many files are open, Node has made no pipes at all; 'error' tells why.
  const channel: unknown = child.stdio?.[3];
  if (!(channel instanceof Socket)) {
    child.on('error', (error) => events.exit(error.message));
    return stillborn;
  }
  let reason = '';
  channel.on('data', frameReader(events.message));
  channel.on('error', () => undefined); // One that has died is told by 'exit'; what is written to it meanwhile is lost, and no error of ours.
  child.on('error', (error) => {
    reason = error.message;
    if (child.pid === undefined) events.exit(reason); // It did not start: there will be no 'exit'.
  });
  child.on('exit', (code, signal) =>
    events.exit(reason || (signal === null ? `exit code ${code}` : signal), signal ?? undefined),
  );
  return {
    kind: 'process',
    pid: child.pid ?? -1,
    post: (message) => void (channel.writable && channel.write(encodeFrame(message))),
    kill: () => void child.kill('SIGKILL'),
  };
}

function startThread(entry: URL, events: WorkerEvents, nodeArguments: readonly string[]): WorkerHandle {
  const thread = new Worker(entry, { execArgv: [...nodeArguments] });
  let reason = '';
  thread.on('message', (message) => events.message(message));
  thread.on('error', (error) => {
    reason = error.message;
  });
  thread.on('exit', (code) => events.exit(reason || `exit code ${code}`));
  return {
    kind: 'thread',
    pid: process.pid,
    post: (message) => thread.postMessage(message),
    kill: () => void thread.terminate(),
  };
}
