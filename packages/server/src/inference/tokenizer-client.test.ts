import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { createTokenizer } from '@retort/shared';
import { deadlyArguments, deadlyWord } from '../../test/deadly-word.ts';
import { TokenizerThread } from './tokenizer-client.ts';

const tokenizer = createTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'well', 'delve'], {});
const folder = mkdtempSync(join(tmpdir(), 'retort-'));
afterAll(() => rmSync(folder, { recursive: true }));
const rule = { longTexts: 'head', maxTokens: 8 } as const;
const outcome = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

let opened: TokenizerThread | undefined;
function open(nodeArguments: readonly string[] = deadlyArguments): TokenizerThread {
  opened = new TokenizerThread(nodeArguments);
  return opened;
}
afterEach(() => opened?.end(new Error('the test is over')));

async function idsOf(thread: TokenizerThread, text: string): Promise<number[]> {
  const { windows } = await thread.tokenize('tiny', text, rule, false);
  return [...windows[0]];
}

describe('TokenizerThread', () => {
  it('tokenizes as the tokenizer that it was given', async () => {
    const thread = open();
    await thread.load('tiny', tokenizer);
    expect(await idsOf(thread, 'delve well')).toEqual([2, 6, 5, 3]);
  });

  it('fails the question over which the thread died, and answers those behind it by the same tokenizer', async () => {
    const thread = open();
    await thread.load('tiny', tokenizer);
    const answers = await Promise.all([outcome(idsOf(thread, deadlyWord)), idsOf(thread, 'delve well')]);
    expect(answers).toEqual([new Error('the tokenizer has died: exit code 7'), [2, 6, 5, 3]]);
  });

  it('knows nothing any more of a tokenizer that was to be forgotten', async () => {
    const thread = open();
    await thread.load('tiny', tokenizer);
    thread.forget('tiny');
    await expect(idsOf(thread, 'well')).rejects.toThrow('no tokenizer "tiny" is loaded');
  });

  it('fails all that waits where a second thread does not start either, and pauses before the third', async () => {
    const starts = join(folder, 'starts');
    const trap = `import { appendFileSync } from 'node:fs'; appendFileSync('${starts}', '.'); process.exit(3)`;
    const thread = open(['--import', `data:text/javascript,${encodeURIComponent(trap)}`]);
    const loads = [1, 2, 3].map(() => outcome(thread.load('tiny', tokenizer)));
    expect(await Promise.all(loads)).toEqual(Array(3).fill(new Error('the tokenizer has died: exit code 3')));
    expect(readFileSync(starts, 'utf8')).toBe('..');
  });

  it('fails what waits when it ends', async () => {
    const thread = open();
    const loading = outcome(thread.load('tiny', tokenizer));
    thread.end(new Error('over'));
    expect(await loading).toEqual(new Error('over'));
  });

  it('fails what it is asked when it has ended', async () => {
    const thread = open();
    thread.end(new Error('over'));
    await expect(thread.load('tiny', tokenizer)).rejects.toThrow('over');
  });
});
