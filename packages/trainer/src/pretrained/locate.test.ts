import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeCheckpoint } from '../testing/checkpoints.ts';
import { commit } from '../testing/hub-server.ts';
import { type HubWorkspace, openHubWorkspace, source } from '../testing/hub-workspace.ts';

let at: HubWorkspace;
beforeEach(async () => {
  at = await openHubWorkspace();
});
afterEach(() => at.close());

describe('locateCheckpoint', () => {
  const wanted = 'config.json, model.safetensors, vocab.txt (or tokenizer.json) and tokenizer_config.json';

  it('names, offline, the files and where to put them', async () => {
    at.environment.HF_HUB_OFFLINE = '1';
    await expect(at.locate()).rejects.toMatchObject({
      message: '"org/tiny" at main is not on this machine, and HF_HUB_OFFLINE is set',
      remedy: `put ${wanted} of "org/tiny" into models/org/tiny, or unset HF_HUB_OFFLINE`,
    });
    expect(at.hub.requests).toEqual([]);
  });

  it('says that the hub cannot be reached', async () => {
    const { endpoint } = at.hub;
    await at.hub.close();
    await expect(at.locate()).rejects.toMatchObject({
      message: expect.stringContaining(
        `"org/tiny" is not on this machine, and the hub at ${endpoint} cannot be reached`,
      ),
      remedy: expect.stringContaining('into models/org/tiny'),
    });
    await at.hub.listen();
  });

  it('takes what the cache has', async () => {
    await at.locate();
    at.environment.HF_HUB_OFFLINE = '1';
    await expect(at.locate()).resolves.toMatchObject({ folder: join(at.repository, 'snapshots', commit) });
    await expect(at.locate({ ...source, revision: commit })).resolves.toMatchObject({ name: 'org/tiny@0123456789ab' });
  });

  it('takes what lies in models/ of the workspace, before all else', async () => {
    await writeCheckpoint(join(at.workspace, 'models/org/tiny'), 'bert');
    const checkpoint = await at.locate();
    expect(checkpoint.name).toBe('models/org/tiny');
    expect(Object.keys(await checkpoint.digests())).toEqual([
      'models/org/tiny/config.json',
      'models/org/tiny/model.safetensors',
      'models/org/tiny/vocab.txt',
      'models/org/tiny/tokenizer_config.json',
    ]);
    expect(at.hub.requests).toEqual([]);
  });

  it('names what a folder lacks', async () => {
    mkdirSync(join(at.workspace, 'mine'));
    writeFileSync(join(at.workspace, 'mine/vocab.txt'), '');
    await expect(at.locate({ kind: 'folder', folder: join(at.workspace, 'mine') })).rejects.toMatchObject({
      message: 'the checkpoint lacks config.json, model.safetensors',
      place: { file: 'mine' },
    });
  });
});
