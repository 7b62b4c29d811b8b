/** Trains teacher and student of the experiment `tiny`, each if it is not there yet. Arguments: workspace, minutes between checkpoints. */
import { existsSync } from 'node:fs';
import { artifactFolder, loadExperiment } from '@retort/shared';
import { distill } from '../src/stages/distill.ts';
import { finetune } from '../src/stages/finetune.ts';

const [workspace, minutes] = process.argv.slice(2);
const experiment = loadExperiment('tiny', workspace);
const line = (text) => process.stdout.write(`${text}\n`);
const progress = { update: () => undefined, line, done: () => undefined };
for (const [name, stage] of Object.entries({ finetune, distill })) {
  if (existsSync(artifactFolder(workspace, 'tiny', name))) continue;
  await stage(experiment, progress, 'onnxruntime', Number(minutes));
}
