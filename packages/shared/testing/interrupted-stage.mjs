/** A stage that says `ready` in the middle of its work and then waits to be interrupted. Argument: the workspace. */
import { writeFileSync } from 'node:fs';
import { writeArtifact } from '../src/artifact/index.ts';
import { loadExperiment } from '../src/experiment/index.ts';

const experiment = loadExperiment('sample', process.argv[2]);
await writeArtifact(experiment, 'prepare', async (writer) => {
  writeFileSync(await writer.path('half.txt'), 'half of it');
  process.stdout.write('ready\n');
  await new Promise((resolve) => process.stdin.once('end', resolve).resume());
});
