import { rmSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { makeWorkspace } from '../testing/workspace.ts';
import { finetune } from './finetune.ts';

it('a training that has learned nothing says so at its end', async () => {
  const experiment = await makeWorkspace({ training: { learningRate: 1e-30, epochs: 1 } });
  const lines: string[] = [];
  await finetune(experiment, { update: () => undefined, line: (text) => lines.push(text), done: () => undefined });
  rmSync(experiment.workspace, { recursive: true });
  expect(lines.slice(-3)).toContainEqual(
    expect.stringMatching(/^warning: the model gives every validation text the label/),
  );
});
