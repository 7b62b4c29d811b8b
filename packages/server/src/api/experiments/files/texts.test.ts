import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sha256, writeArtifact } from '@retort/shared';
import { createTestWorkspace } from '../../../../../tracking/testing/workspace.ts';
import { results } from '../../../../test/recorded.ts';
import { writeParquet } from '../../../../test/write-parquet.ts';
import { readMistakes } from './mistakes.ts';
import { reportTexts } from './texts.ts';

const file = 'data/raw/web.csv';
const semicolons = 'data/raw/semicolons.csv';
const content = 'body,class,site\nfirst,human,a\n"two  \n\nlines",ai,b\n"third, the last",human,a\n';
let space: ReturnType<typeof createTestWorkspace>;
let path: string;

beforeAll(async () => {
  space = createTestWorkspace();
  path = space.path(file);
  mkdirSync(space.path('data/raw'), { recursive: true });
  writeFileSync(space.path(semicolons), content.replaceAll(',', ';'));
  const { config, ...experiment } = space.experiment();
  const web = { name: 'web', path: `/${file}`, text: 'body', label: 'class', source: 'site' };
  const semi = { ...web, name: 'semi', path: `/${semicolons}`, delimiter: ';' };
  await writeArtifact({ ...experiment, config: { ...config, evaluations: [web, semi] } }, 'report', async (writer) => {
    const [test] = results.evaluations;
    const evaluations = [
      ['web', file],
      ['other', file],
      ['semi', semicolons],
    ].map(([name, file]) => ({ ...test, name, file, sha256: sha256(content), n: 3 }));
    writeFileSync(await writer.path('results.json'), JSON.stringify({ ...results, evaluations }));
    for (const { name } of evaluations) {
      writeParquet(
        await writer.path(`predictions/${name}.parquet`),
        {
          ...{ id: [2, 3, 6], label: ['human', 'ai', 'human'], source: ['a', 'b', 'a'] },
          ...{ 'student:human': [0, 4, 0], 'student:ai': [4, 0, 2] },
        },
        ['INT32', 'STRING', 'STRING', 'FLOAT', 'FLOAT'],
      );
    }
    await writer.commit({
      inputs: { [file]: sha256(content), [semicolons]: sha256(content.replaceAll(',', ';')) },
    });
  });
});
afterAll(() => space.remove());
beforeEach(() => writeFileSync(path, content));

function ask({ evaluation = 'web', limit = 20, offset = 0 } = {}) {
  const folder = space.path('artifacts/sample/report');
  return readMistakes(folder, { model: 'student', evaluation, limit, offset }, reportTexts(space.workspace, folder));
}

/** Why there are no texts. */
async function whyNone(question?: Parameters<typeof ask>[0]) {
  const { mistakes, withheld, wrong } = await ask(question);
  expect([wrong, mistakes.map(({ text }) => text)]).toEqual([3, [null, null, null]]);
  return withheld;
}

describe('the texts of an evaluation out of a CSV file', () => {
  it('are found where other characters separate the fields', async () => {
    expect((await ask({ evaluation: 'semi' })).mistakes.map(({ text }) => text)).toContain('first');
  });

  it('are found by their lines, as the models read them', async () => {
    expect(await ask()).toMatchObject({
      withheld: null,
      mistakes: [
        { id: 2, text: 'first' },
        { id: 3, text: 'two\n\nlines' },
        { id: 6, text: 'third, the last' },
      ],
    });
  });

  it('are shown a page at a time', async () => {
    const { wrong, offset, mistakes } = await ask({ limit: 1, offset: 1 });
    expect([wrong, offset, mistakes.map(({ text }) => text)]).toEqual([3, 1, ['two\n\nlines']]);
  });

  it('are none on a page behind the last', async () => {
    expect(await ask({ offset: 3 })).toMatchObject({ wrong: 3, mistakes: [], withheld: null });
  });

  it('are not those of a file that has changed', async () => {
    writeFileSync(path, content.replace('first', 'other'));
    expect(await whyNone()).toBe(
      'data/raw/web.csv has changed since this report, which has to be made anew: nx run sample:report',
    );
  });

  it('are not there without the file', async () => {
    rmSync(path);
    expect(await whyNone()).toBe('data/raw/web.csv is gone, out of which they came; the ids are its lines');
  });

  it('are not taken from outside of the workspace', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'retort-elsewhere-'));
    renameSync(path, join(elsewhere, 'web.csv'));
    symlinkSync(join(elsewhere, 'web.csv'), path);
    const why = await whyNone().finally(() => {
      rmSync(path);
      rmSync(elsewhere, { recursive: true });
    });
    expect(why).toMatch(/^data\/raw\/web\.csv is no file within the workspace/);
  });

  it('are not guessed where the report names no column of theirs', async () => {
    expect(await whyNone({ evaluation: 'other' })).toMatch(
      /^the report does not say what it read of data\/raw\/web.csv/,
    );
  });
});
