import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { windowSettings, writeTinyModel } from '../../test/tiny-model.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  writeTinyModel(join(folder, 'tiny'), { file: 'onnx/model.onnx', settings: windowSettings });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The built command, in the folder. `onProgress`: once it tells how far it is. */
async function classify(
  options: readonly string[],
  onProgress: (child: ReturnType<typeof spawn>) => void = () => undefined,
) {
  const child = spawn(process.execPath, [cli, 'classify', '--model', 'tiny', '--workers', '1', ...options], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [text(child.stdout), text(child.stderr)] as const;
  child.once('spawn', () => onProgress(child));
  const [code] = await once(child, 'exit');
  const [stdout, stderr] = await Promise.all(said);
  return { code, stdout, stderr };
}

describe('server classify', () => {
  it('writes the file with the answers behind its columns, and says how many of each', async () => {
    writeFileSync(join(folder, 'new.csv'), 'id,text\n7,well well\n8,"delve, the delve"\n9,\n');
    const { code, stdout } = await classify(['--input', 'new.csv', '--output', 'out/labelled.csv', '--scores']);
    const [header, ...rows] = readFileSync(join(folder, 'out/labelled.csv'), 'utf8').trimEnd().split('\n');
    expect(code).toBe(0);
    expect(header).toBe('id,text,predicted_label,predicted_score,abstained,abstained_because,score_human,score_ai');
    expect(rows[0]).toMatch(/^7,well well,human,0\.\d{6},false,"",0\.\d{6},0\.\d{6}$/);
    expect(rows[1]).toMatch(/^8,"delve, the delve",ai,/);
    expect(rows[2]).toBe('9,"","","","","","",""');
    expect(stdout).toContain(
      'classify  out/labelled.csv: 2 texts; human 1, ai 1; without a text, and so without an answer: 1\n',
    );
  });

  it('says nothing on stderr, however many texts are under way', async () => {
    writeFileSync(join(folder, 'some.csv'), `text\n${'well\n'.repeat(60)}`);
    const { code, stderr } = await classify(['--input', 'some.csv', '--output', 'out/some.csv', '--workers', '2']);
    expect([code, stderr]).toEqual([0, '']);
  });

  it.each([
    ['without an input', ['--output', 'x.csv'], '--input is missing'],
    [
      'where the answers would take the place of the texts',
      ['--input', 'a.csv', '--output', './a.csv'],
      'take the place',
    ],
    [
      'for a delimiter of two characters',
      ['--input', 'a', '--output', 'b', '--delimiter', ';;'],
      '";;" cannot separate',
    ],
    ['for a file that is not there', ['--input', 'none.csv', '--output', 'x.csv'], 'the CSV file is missing'],
  ])('ends with one error, and writes nothing, %s', async (_, options, message) => {
    const before = readdirSync(folder);
    const { code, stderr } = await classify(options);
    expect([code, stderr.match(/^error: /gm)]).toEqual([1, ['error: ']]);
    expect(stderr).toContain(message);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('writes nothing where it is stopped', async () => {
    writeFileSync(join(folder, 'many.csv'), `text\n${'well delve the\n'.repeat(300_000)}`);
    const { code, stderr } = await classify(['--input', 'many.csv', '--output', 'many-out.csv'], (child) =>
      // It reads the file before anything else can be told of it.
      child.stdout?.once('data', () => child.kill('SIGINT')),
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining('stopped: nothing is written')]);
    expect(readdirSync(folder).filter((name) => name.startsWith('many-out'))).toEqual([]);
    expect(existsSync(join(folder, 'many.csv'))).toBe(true);
  });
});
