import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

export interface SpawnedServer {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has logged so far. */
  log(): string;
  /** Sends a signal, and gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** The built server as a process of its own, on a free port, which may not be up yet. */
export function spawnProgram(options: readonly string[], env: NodeJS.ProcessEnv = {}, program = cli) {
  const args = [program, 'serve', '--port', '0', ...options];
  return spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The built server as a process of its own, on a free port. */
export async function spawnServer(
  options: readonly string[],
  env: NodeJS.ProcessEnv = {},
  program = cli,
): Promise<SpawnedServer> {
  const child = spawnProgram(options, env, program);
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += String(chunk);
  });
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      const [, found] = /POST (http:\S+)\/v1\/classify/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    exited.then(() => reject(new Error(`the server has ended: ${log}`)), reject);
  });
  return {
    url,
    child,
    log: () => log,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}
