import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sha256File } from '@retort/shared';
import { commit } from '../testing/hub-server.ts';
import { type HubWorkspace, openHubWorkspace, source, weightsOf } from '../testing/hub-workspace.ts';
import { importModel } from './import.ts';

const part = /\.part$/;

let at: HubWorkspace;
beforeEach(async () => {
  at = await openHubWorkspace();
});
afterEach(() => at.close());

describe('a model of the hub', () => {
  it('is downloaded whole', async () => {
    const { folder } = await at.locate();
    expect(await weightsOf(folder)).toBe(await sha256File(at.original));
    expect(importModel(folder, { labels: ['a', 'b'], seed: 1 }).random).toEqual([]);
  });

  it('lies in the cache as other tools of Hugging Face expect it', async () => {
    const { folder } = await at.locate();
    expect(folder).toBe(join(at.repository, 'snapshots', commit));
    expect(readFileSync(join(at.repository, 'refs/main'), 'utf8')).toBe(commit);
    expect(readlinkSync(join(folder, 'model.safetensors'))).toBe(`../../blobs/${await sha256File(at.original)}`);
    expect(readdirSync(join(at.repository, 'blobs'))).toHaveLength(4);
  });

  it('is not asked for again', async () => {
    await at.locate();
    const before = at.hub.requests.length;
    await at.locate();
    expect(at.hub.requests).toHaveLength(before);
  });

  it('tells its commit and checksums', async () => {
    const checkpoint = await at.locate();
    expect(checkpoint.name).toBe('org/tiny@0123456789ab');
    expect(await checkpoint.digests()).toMatchObject({
      [`hub:org/tiny@${commit}/model.safetensors`]: await sha256File(at.original),
    });
  });

  it('shows how far the download is', async () => {
    await at.locate();
    expect(at.told[0]).toBe(`fetching org/tiny at 0123456789ab from ${at.hub.endpoint}`);
    expect(at.told.at(-1)).toMatch(/^fetching model\.safetensors of org\/tiny {2}0\.0 of 0\.0 MB$/);
  });

  it('is found under an old name', async () => {
    at.hub.behaviour.alias = 'old-name';
    await at.locate({ ...source, model: 'old-name' });
    expect(readdirSync(join(at.root, 'home/hub/models--old-name/snapshots'))).toEqual([commit]);
  });

  it('comes with all the files that its index names', async () => {
    await at.close();
    at = await openHubWorkspace(3);
    const { folder } = await at.locate();
    expect(importModel(folder, { labels: ['a', 'b'], seed: 1 }).random).toEqual([]);
  });

  it('is kept by revision', async () => {
    await at.locate({ ...source, revision: 'v1' });
    expect(readdirSync(join(at.repository, 'refs'))).toEqual(['v1']);
  });
});

describe('a download that is cut off', () => {
  it('goes on where it broke', async () => {
    at.hub.behaviour.cuts = [10_000, 5_000, Number.POSITIVE_INFINITY];
    const { folder } = await at.locate();
    expect(await weightsOf(folder)).toBe(await sha256File(at.original));
    const end = at.size() - 1;
    expect(at.hub.downloads.map(({ range }) => range)).toEqual([undefined, `bytes=10000-${end}`, `bytes=15000-${end}`]);
  });

  it('fails if nothing comes any more, and goes on in the next run', async () => {
    at.hub.behaviour.cuts = [10_000, 0];
    await expect(at.locate()).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(`"model.safetensors" was cut off at 10000 of ${at.size()} bytes`),
    });
    at.hub.behaviour.cuts = [];
    at.hub.requests.length = 0;
    const { folder } = await at.locate();
    expect(at.hub.downloads.map(({ range }) => range)).toEqual([`bytes=10000-${at.size() - 1}`]);
    expect(await weightsOf(folder)).toBe(await sha256File(at.original));
  });

  it('goes on after a process that was killed', async () => {
    at.hub.behaviour.cuts = [10_000, 0];
    await expect(at.locate()).rejects.toThrow('was cut off');
    at.hub.behaviour.cuts = [];
    at.hub.requests.length = 0;
    const blobs = join(at.repository, 'blobs');
    const given = readdirSync(blobs).filter((name) => part.test(name));
    // As such a process leaves it: no process has this number.
    const left = given[0].replace(part, `.${hostname().replaceAll(/[^\w]/g, '_')}-99999999-0a1b2c3d.part`);
    writeFileSync(join(blobs, left), readFileSync(join(blobs, given[0])));
    rmSync(join(blobs, given[0]));
    await at.locate();
    expect(at.hub.downloads.map(({ range }) => range)).toEqual([`bytes=10000-${at.size() - 1}`]);
  });

  it('drops what it has already where a server sends the whole file again', async () => {
    at.hub.behaviour.cuts = [10_000, Number.POSITIVE_INFINITY];
    at.hub.behaviour.ignoresRange = true;
    const { folder } = await at.locate();
    expect(await weightsOf(folder)).toBe(await sha256File(at.original));
  });
});

describe('a download', () => {
  it('that comes damaged is refused, and leaves nothing', async () => {
    at.hub.behaviour.damaged = true;
    await expect(at.locate()).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/"model\.safetensors" came damaged: its checksum is \w+, the hub says \w+/),
    });
    expect(readdirSync(join(at.repository, 'blobs')).filter((name) => part.test(name))).toEqual([]);
    at.hub.behaviour.damaged = false;
    expect(await weightsOf((await at.locate()).folder)).toBe(await sha256File(at.original));
  });

  it('can run several times at once', async () => {
    const folders = await Promise.all([at.locate(), at.locate(), at.locate()]);
    for (const { folder } of folders) expect(await weightsOf(folder)).toBe(await sha256File(at.original));
    const blobs = readdirSync(join(at.repository, 'blobs'));
    expect(blobs.filter((name) => part.test(name))).toEqual([]);
  });

  it('shows the token to the hub alone', async () => {
    at.hub.behaviour.token = 'hf_secret';
    at.environment.HF_TOKEN = 'hf_secret';
    await at.locate();
    const shown = (server: string) =>
      new Set(at.hub.requests.filter((r) => r.server === server).map((r) => r.authorization));
    expect(shown('hub')).toEqual(new Set(['Bearer hf_secret']));
    expect(shown('cdn')).toEqual(new Set([undefined]));
  });

  it('takes the token that huggingface-cli has stored', async () => {
    at.hub.behaviour.token = 'hf_stored';
    mkdirSync(join(at.root, 'home'));
    writeFileSync(join(at.root, 'home/token'), 'hf_stored\n');
    await expect(at.locate()).resolves.toMatchObject({ name: 'org/tiny@0123456789ab' });
  });

  it('that the hub does not allow asks for a token', async () => {
    at.hub.behaviour.token = 'hf_secret';
    await expect(at.locate()).rejects.toMatchObject({
      message: 'the hub does not show "org/tiny" to us (401): it is private, gated or misspelt',
      remedy: expect.stringContaining('set HF_TOKEN'),
    });
  });

  it('from a site that is no hub is refused', async () => {
    at.hub.behaviour.page = true;
    await expect(at.locate()).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(`${at.hub.endpoint} does not answer as the Hugging Face hub does`),
    });
  });

  it('of a gated model asks for a token at once', async () => {
    at.hub.behaviour.gated = true;
    await expect(at.locate()).rejects.toMatchObject({ remedy: expect.stringContaining('set HF_TOKEN') });
    expect(at.hub.requests).toHaveLength(3);
  });

  it.each([
    [{ ...source, model: 'org/other' }, 'the hub has no model "org/other" with a revision "main"'],
    [{ ...source, revision: 'v9' }, 'the hub has no model "org/tiny" with a revision "v9"'],
  ])('of what the hub does not have is refused: %j', async (wanted, message) => {
    await expect(at.locate(wanted)).rejects.toMatchObject({ name: 'UserError', message });
  });
});
