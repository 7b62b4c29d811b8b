import { describe, expect, it } from '@jest/globals';
import { essaysWorkspace } from './testing/essays.js';

describe('experimentProjects', () => {
  const { targetsFor } = essaysWorkspace();
  const filesets = (target) => target.inputs.filter((input) => 'fileset' in input);

  it('has the five stages as targets, the comparison of seeds, the learning-rate finder, the server and the labelling of a file', () => {
    expect(Object.keys(targetsFor('{}'))).toEqual([
      'prepare',
      'finetune',
      'distill',
      'quantize',
      'report',
      'seeds',
      'find-lr',
      'serve',
      'classify',
    ]);
  });

  it('runs a stage by the compiled command of its owner', () => {
    expect(targetsFor('{}').distill.command).toBe('node packages/trainer/dist/cli.js distill --experiment essays');
  });

  it('finds learning rates on prepared data, each time anew', () => {
    expect(targetsFor('{}')['find-lr']).toEqual({
      command: 'node packages/trainer/dist/cli.js find-lr --experiment essays',
      dependsOn: ['prepare', { projects: ['onnx', 'shared', 'trainer'], target: 'build' }],
      cache: false,
      parallelism: false,
    });
  });

  it('serves its quantized student, with the page, until it is stopped', () => {
    expect(targetsFor('{}').serve).toEqual({
      command: 'node packages/server/dist/cli.js serve --experiment essays',
      dependsOn: [{ projects: ['server', 'dashboard'], target: 'build' }, 'quantize'],
      cache: false,
      continuous: true,
    });
  });

  it('labels a file by its quantized student, with options', () => {
    expect(targetsFor('{}').classify).toEqual({
      command: 'node packages/server/dist/cli.js classify --experiment essays',
      dependsOn: [{ projects: ['server'], target: 'build' }, 'quantize'],
      cache: false,
      parallelism: false,
    });
  });

  it('needs the artifacts that the stage reads, the packages that its owner can load and the recorder, and no others', () => {
    expect(targetsFor('{}').quantize.dependsOn).toEqual([
      'prepare',
      'finetune',
      'distill',
      { projects: ['onnx', 'quantizer', 'shared', 'tracking'], target: 'build' },
    ]);
  });

  it('counts the compiled code of the packages that the owner can load, and not that of the recorder', () => {
    const code = targetsFor('{}').quantize.inputs.map((input) => input.dependentTasksOutputFiles);
    expect(code.filter((glob) => glob?.includes('dist'))).toEqual([
      'packages/onnx/dist/**/*.js',
      'packages/quantizer/dist/**/*.js',
      'packages/shared/dist/**/*.js',
    ]);
  });

  it('counts the npm packages that the owner can load as inputs', () => {
    expect(targetsFor('{}').finetune.inputs).toContainEqual({ externalDependencies: ['protobufjs', 'zod'] });
  });

  it.each([
    ['RETORT_ENGINE', ['finetune', 'distill']],
    ['RETORT_DEVICE', ['finetune', 'distill']],
    ['RETORT_PRECISION', ['finetune', 'distill', 'report']],
  ])('counts %s as an input of %j, and of nothing else', (name, expected) => {
    const stages = Object.entries(targetsFor('{}')).filter(([, { inputs = [] }]) =>
      inputs.some(({ env }) => env === name),
    );
    expect(stages.map(([stage]) => stage)).toEqual(expected);
  });

  it('takes the source files as inputs of prepare, from the workspace or from the experiment', () => {
    const sources = [{ path: '/data/raw/a.csv' }, { path: 'b.csv' }];
    const { prepare, finetune } = targetsFor(JSON.stringify({ data: { sources } }));
    expect(filesets(prepare)).toEqual([
      { fileset: '{workspaceRoot}/data/raw/a.csv', includeIgnored: true },
      { fileset: '{workspaceRoot}/experiments/essays/b.csv', includeIgnored: true },
    ]);
    expect(filesets(finetune)).toEqual([]);
  });

  it('takes the unlabelled files as inputs of prepare too', () => {
    const { prepare } = targetsFor('{ "data": { "sources": [], "unlabelled": [{ "path": "u.csv" }] } }');
    expect(filesets(prepare)).toEqual([{ fileset: '{workspaceRoot}/experiments/essays/u.csv', includeIgnored: true }]);
  });

  it.each([
    ['./c.csv', 'experiments/essays/c.csv'],
    ['../shared//d.csv', 'experiments/shared/d.csv'],
    ['/data/./raw/a.csv', 'data/raw/a.csv'],
    ['a (1) [2] {3} *!+@|.csv', 'experiments/essays/a ?1? ?2? ?3? ?????.csv'],
  ])('gives Nx a glob for the source %s', (path, glob) => {
    const { prepare } = targetsFor(JSON.stringify({ data: { sources: [{ path }] } }));
    expect(prepare).toMatchObject({ cache: true });
    expect(filesets(prepare)).toEqual([{ fileset: `{workspaceRoot}/${glob}`, includeIgnored: true }]);
  });

  it('reads an experiment file with a byte order mark', () => {
    const { prepare } = targetsFor('\ufeff{ "data": { "sources": [{ "path": "b.csv" }] } }');
    expect(filesets(prepare)).toHaveLength(1);
  });

  it.each(['../../../a.csv', '/../a.csv', 'b\\a.csv', 3])('takes nothing from the cache for the source %s', (path) => {
    const { prepare } = targetsFor(JSON.stringify({ data: { sources: [{ path: 'a.csv' }, { path }] } }));
    expect(prepare.cache).toBe(false);
  });

  it('takes nothing from the cache for weights outside of the workspace', () => {
    const { finetune, distill } = targetsFor('{ "teacher": { "weights": "../../../weights" } }');
    expect([finetune.cache, distill.cache]).toEqual([false, true]);
  });

  it.each([
    ['org/name@v1', 'models/org/name'],
    [{ model: 'org/name', revision: 'v1' }, 'models/org/name'],
    ['/models/mine/', 'models/mine'],
    ['./weights', 'experiments/essays/weights'],
    ['../other/weights', 'experiments/other/weights'],
  ])(
    'takes the files of a checkpoint in the workspace as inputs of the stage that starts from it: %j',
    (weights, folder) => {
      const { prepare, finetune, distill } = targetsFor(JSON.stringify({ teacher: { weights } }));
      expect(filesets(finetune)).toEqual(
        ['config.json', '*.safetensors', '*.safetensors.index.json', 'vocab.txt', 'tokenizer*.json'].map((files) => ({
          fileset: `{workspaceRoot}/${folder}/${files}`,
          includeIgnored: true,
        })),
      );
      expect([filesets(prepare), filesets(distill)]).toEqual([[], []]);
    },
  );

  it("takes the files of the student's checkpoint as inputs of distill", () => {
    const { finetune, distill } = targetsFor('{ "student": { "weights": "distilbert-base-uncased" } }');
    expect(filesets(distill)).toHaveLength(5);
    expect(filesets(finetune)).toEqual([]);
  });

  it('takes the files of evaluations and of further models as inputs of the report', () => {
    const text = '{ "evaluations": [{ "path": "/data/raw/e.csv" }], "report": { "models": ["/models/mine"] } }';
    const { report } = targetsFor(text);
    const models = ['config.json', 'retort.json', 'vocab.txt', 'tokenizer*.json', 'onnx/model*.onnx*'];
    expect(filesets(report)).toEqual(
      ['data/raw/e.csv', ...models.map((name) => `models/mine/${name}`)].map((path) => ({
        fileset: `{workspaceRoot}/${path}`,
        includeIgnored: true,
      })),
    );
    expect(report.cache).toBe(true);
  });

  it.each([
    '{ "evaluations": [{ "path": "../../../e.csv" }] }',
    '{ "evaluations": [{}] }',
    '{ "evaluations": 3 }',
    '{ "report": { "models": ["/../model"] } }',
  ])('takes no report from the cache for %s', (text) => {
    expect(targetsFor(text).report.cache).toBe(false);
  });

  it.each(['random', 'teacher', undefined, 3, {}])('needs no files for weights %j', (weights) => {
    const { finetune, distill } = targetsFor(JSON.stringify({ teacher: { weights }, student: { weights } }));
    expect([filesets(finetune), filesets(distill)]).toEqual([[], []]);
  });

  it.each([
    '{',
    'null',
    '[]',
    '{"data": 1}',
    '{"data": {"sources": "a.csv"}}',
    '{"data": {"sources": [], "unlabelled": "a.csv"}}',
    '{"data": {"sources": [null, 1, {}]}}',
  ])('leaves the complaint about %s to the stage, whatever the cache holds', (text) => {
    const { prepare, finetune } = targetsFor(text);
    expect([filesets(prepare), filesets(finetune)]).toEqual([[], []]);
    expect(prepare.cache).toBe(false);
  });
});
