import { describe, expect, it } from '@jest/globals';
import { essaysWorkspace } from './testing/essays.js';

describe('the projects of an experiment of one seed or several', () => {
  const { projectsFor, targetsFor } = essaysWorkspace();

  it('is one project without seeds', () => {
    expect(Object.keys(projectsFor('{}'))).toEqual(['experiments/essays']);
  });

  it.each(['{ "seeds": [2, 1, 3] }', '{ "seed": 2, "seeds": [2, 1, 3] }'])(
    'has a project for each further seed of %s',
    (text) => {
      const names = Object.values(projectsFor(text)).map(({ name }) => name);
      expect(names).toEqual(['essays', text.includes('"seed":') ? 'essays@1' : 'essays@2', 'essays@3']);
    },
  );

  it.each(['{ "seeds": 2 }', '{ "seeds": ["2"] }', '{ "seeds": [1.5, -1] }', 'null', '3'])(
    'leaves the complaint about the seeds of %s to the stages',
    (text) => {
      expect(Object.keys(projectsFor(text))).toEqual(['experiments/essays']);
    },
  );

  describe('of several seeds', () => {
    const of = (name) => projectsFor('{ "seeds": [1, 2, 3] }')[`experiments/${name}`].targets;

    it('prepares its dataset once', () => {
      expect(of('essays@2').prepare).toBeUndefined();
      expect(of('essays@2').finetune.dependsOn[0]).toEqual({ projects: ['essays'], target: 'prepare' });
    });

    it('keeps the artifacts of each seed apart', () => {
      const { command, outputs } = of('essays@2').distill;
      expect(command).toBe('node packages/trainer/dist/cli.js distill --experiment essays@2');
      expect(outputs).toEqual(['{workspaceRoot}/artifacts/essays@2/distill']);
    });

    it('serves the student of a further seed', () => {
      expect(of('essays@2').serve.command).toMatch(/ serve --experiment essays@2$/);
    });

    it('trains no further seed again for another seed of its own', () => {
      const fields = (name) => of(name).finetune.inputs[0].fields;
      expect(fields('essays@2')).toEqual(fields('essays').filter((key) => key !== 'seed'));
    });

    it('compares the reports of all seeds', () => {
      expect(of('essays').seeds.dependsOn[0]).toEqual({
        projects: ['essays', 'essays@2', 'essays@3'],
        target: 'report',
      });
    });

    it('changes nothing in the targets of the stages', () => {
      const { seeds: many, ...stages } = of('essays');
      const { seeds: one, ...before } = targetsFor('{}');
      expect(stages).toMatchObject(before);
      expect({ ...many, dependsOn: one.dependsOn }).toEqual(one);
    });
  });
});
