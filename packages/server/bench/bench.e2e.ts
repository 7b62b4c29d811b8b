import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeTinyModel } from '../test/tiny-model.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  writeTinyModel(join(folder, 'tiny'), { file: 'onnx/model.onnx' }); // in float32: no processor is warned about
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a module that stands in the benches' folder; what it said, once nobody holds its output open any more. */
async function run(code: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { cwd: import.meta.dirname });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      output += data;
    });
  const [exit] = await once(child, 'close');
  return { code: exit, output };
}

describe('a comparison', () => {
  it('fails where a contestant ends before it has answered', async () => {
    const { code, output } = await run(
      `import { compare } from './compare.js';
       await compare({ first: { name: 'nobody' } }, { rounds: 1, seconds: 1 });`,
    );
    expect([code, output]).toEqual([1, expect.stringContaining('"first" has ended with exit code 1')]);
  });

  it('leaves neither a server nor a worker behind', async () => {
    const { code, output } = await run(
      `import { compare } from './compare.js';
       const common = { model: ${JSON.stringify(join(folder, 'tiny'))}, texts: ['we delve'], workers: 1, clients: 2 };
       const contestants = { http: { ...common, name: 'http' }, service: { ...common, name: 'service' } };
       const results = await compare(contestants, { rounds: 1, seconds: 0.1 });
       console.log(String(Object.values(results).every(([{ done }]) => done > 0))); // a text, which no terminal's colours change
       process.exit(0);`,
    );
    expect([code, output]).toEqual([0, 'true\n']);
  });
});

describe('a server that a bench has started', () => {
  it('ends where the bench fails', async () => {
    const { code, output } = await run(
      `import { startServer } from './http-client.js';
       await startServer(${JSON.stringify(join(folder, 'tiny'))});
       throw new Error('the bench has failed');`,
    );
    expect([code, output]).toEqual([1, expect.stringContaining('the bench has failed')]);
  });
});
