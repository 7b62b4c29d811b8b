import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Stands in for every stage: its output tells its configuration and what it read. */
const stages = ['prepare', 'finetune', 'distill', 'quantize', 'report'];
const [stage, , experiment] = process.argv.slice(2);
const read = (file: string) => readFileSync(file, 'utf8');
const sourcePath = (path: string) => (path.startsWith('/') ? `.${path}` : `experiments/${experiment}/${path}`);
const config = JSON.parse(read(`experiments/${experiment}/experiment.json`).replace(/^\ufeff/, ''));
const mine: Record<string, string> = { prepare: 'data', finetune: 'teacher', distill: 'losses' };
const folder = `artifacts/${experiment}`;
mkdirSync(`${folder}/${stage}`, { recursive: true });
const weights = `models/${config.teacher?.weights}/model.safetensors`;
const started = stage === 'finetune' && existsSync(weights) ? read(weights) : '';
const inputs =
  stage === 'prepare'
    ? config.data.sources.map(({ path }: { path: string }) => read(sourcePath(path)))
    : stages.slice(0, stages.indexOf(stage)).map((name) => read(`${folder}/${name}/checksums.txt`));
// A digest: each stage's text would else hold that of all before it, quoted once more.
const digest = createHash('sha256').update(JSON.stringify([config[mine[stage] ?? ''], started, inputs]));
writeFileSync(`${folder}/${stage}/checksums.txt`, `${stage} ${digest.digest('hex')}\n`);
writeFileSync(`${folder}/${stage}/manifest.json`, JSON.stringify({ endedAt: Date.now() }));
appendFileSync('runs.log', `${stage}\n`);
console.log(`the table of ${stage}`);
