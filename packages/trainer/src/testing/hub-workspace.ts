import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CheckpointSource, type Progress, sha256File } from '@retort/shared';
import { type Checkpoint, locateCheckpoint } from '../pretrained/locate.ts';
import { writeCheckpoint } from './checkpoints.ts';
import { HubServer } from './hub-server.ts';

/** The model that the hub has. */
export const source = { kind: 'hub', model: 'org/tiny', revision: 'main' } as const;

/** An empty workspace and an empty cache in a temporary folder, and a hub with one model. */
export interface HubWorkspace {
  readonly root: string;
  readonly workspace: string;
  /** Where the cache has the model. */
  readonly repository: string;
  /** The weights that the hub has, where they are one file. */
  readonly original: string;
  readonly environment: Record<string, string>;
  /** All that the progress told. */
  readonly told: readonly string[];
  readonly hub: HubServer;
  locate(wanted?: CheckpointSource): Promise<Checkpoint>;
  /** Bytes of the weights. */
  size(): number;
  close(): Promise<void>;
}

export async function openHubWorkspace(shards = 1): Promise<HubWorkspace> {
  const root = mkdtempSync(join(tmpdir(), 'retort-'));
  const workspace = join(root, 'workspace');
  mkdirSync(workspace);
  const hub = new HubServer(source.model, await writeCheckpoint(join(root, 'origin'), 'bert', { shards }));
  await hub.listen();
  const environment = { HF_HOME: join(root, 'home'), HF_ENDPOINT: hub.endpoint };
  const original = join(root, 'origin/model.safetensors');
  const told: string[] = [];
  const tell = (text: string) => told.push(text);
  const progress: Progress = { update: tell, line: tell, done: () => undefined };
  return {
    root,
    workspace,
    repository: join(root, 'home/hub/models--org--tiny'),
    original,
    environment,
    told,
    hub,
    locate: (wanted = source) => locateCheckpoint(wanted, { workspace, progress, environment, retryDelay: 0 }),
    size: () => statSync(original).size,
    async close() {
      await hub.close();
      rmSync(root, { recursive: true });
    },
  };
}

export function weightsOf(folder: string): Promise<string> {
  return sha256File(join(folder, 'model.safetensors'));
}
