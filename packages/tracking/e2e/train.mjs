/** Trains teacher and student of the experiment `tiny`, each if it is not there yet. Arguments: the workspace, and the only stage, if not both. */
import { existsSync } from 'node:fs';
import { artifactFolder, loadExperiment } from '@retort/shared';
import { distill } from '../../trainer/src/stages/distill.ts';
import { finetune } from '../../trainer/src/stages/finetune.ts';

const [workspace, only] = process.argv.slice(2);
const experiment = loadExperiment('tiny', workspace);
const progress = { update: () => undefined, line: (text) => process.stdout.write(`${text}\n`), done: () => undefined };
for (const [name, stage] of Object.entries({ finetune, distill })) {
  if (only !== undefined && only !== name) continue;
  if (!existsSync(artifactFolder(workspace, 'tiny', name))) await stage(experiment, progress, 'onnxruntime', 0);
}
