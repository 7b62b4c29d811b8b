import { type ChildProcess } from 'node:child_process';
export interface SpawnedServer {
  readonly url: string;
  readonly child: ChildProcess;
  log(): string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}
export declare function spawnServer(
  options: readonly string[],
  env?: NodeJS.ProcessEnv,
  program?: string,
): Promise<SpawnedServer>;
