import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Stands in for every stage: its output tells its configuration and what it read. */
const stages = ['prepare', 'finetune', 'distill', 'quantize', 'report', 'seeds'];
const [stage, , name] = process.argv.slice(2);
const [experiment, seed] = name.split('@');
const read = (file: string) => readFileSync(file, 'utf8');
const sourcePath = (path: string) => (path.startsWith('/') ? `.${path}` : `experiments/${experiment}/${path}`);
const config = JSON.parse(read(`experiments/${experiment}/experiment.json`).replace(/^\ufeff/, ''));
const mine: Record<string, string> = { prepare: 'data', finetune: 'teacher', distill: 'losses' };
const folder = `artifacts/${name}`;
/** All seeds share the dataset. */
const folderOf = (stage: string) => (stage === 'prepare' ? `artifacts/${experiment}/prepare` : `${folder}/${stage}`);
mkdirSync(`${folder}/${stage}`, { recursive: true });
const weights = `models/${config.teacher?.weights}/model.safetensors`;
const started = stage === 'finetune' && existsSync(weights) ? read(weights) : '';
const inputs =
  stage === 'prepare'
    ? config.data.sources.map(({ path }: { path: string }) => read(sourcePath(path)))
    : stages.slice(0, stages.indexOf(stage)).map((before) => read(`${folderOf(before)}/checksums.txt`));
// A digest: each stage's text would else hold that of all before it, quoted once more.
const digest = createHash('sha256').update(JSON.stringify([config[mine[stage] ?? ''], seed, started, inputs]));
writeFileSync(`${folder}/${stage}/checksums.txt`, `${stage} ${digest.digest('hex')}\n`);
writeFileSync(`${folder}/${stage}/manifest.json`, JSON.stringify({ endedAt: Date.now() }));
appendFileSync('runs.log', `${seed === undefined ? '' : `${seed}:`}${stage}\n`);
console.log(`the table of ${stage}`);
