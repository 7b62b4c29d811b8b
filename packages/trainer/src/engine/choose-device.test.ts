/** @jest-environment ../../tools/jest/software-gpu.js */
import { describe, expect, it } from '@jest/globals';
import { builtDevices } from '@retort/runtime';
import type { Progress } from '@retort/shared';
import { tinyProbe } from '../testing/tiny-training.ts';
import type { Learner } from '../training/learner.ts';
import { engineFor, fastestDevice, stepTime } from './choose-device.ts';

function watched() {
  const lines: string[] = [];
  const progress: Progress = { update: () => undefined, line: (text) => lines.push(text), done: () => undefined };
  return { lines, progress };
}

describe('engineFor', () => {
  it('gives the device that was asked for, without a measurement', async () => {
    const { lines, progress } = watched();
    const chosen = await (await engineFor('onnxruntime', 'cpu', progress))(tinyProbe());
    expect(chosen).toMatchObject({ name: 'onnxruntime', backend: 'cpu' });
    expect(chosen.choice).toBeUndefined();
    expect(lines).toEqual([]);
  });

  it('refuses at once a device that onnxruntime is not built for', async () => {
    const missing = (['dml', 'coreml'] as const).find((name) => !builtDevices().includes(name)) ?? 'dml';
    await expect(engineFor('onnxruntime', missing, watched().progress)).rejects.toMatchObject({
      message: expect.stringContaining(`onnxruntime has no "${missing}" on`),
      place: { field: '--device' },
    });
  });

  it('refuses bf16 by TensorFlow.js', async () => {
    await expect(engineFor('tfjs', 'cpu', watched().progress, 'bf16')).rejects.toMatchObject({
      message: 'the engine tfjs does not compute in bf16',
      place: { field: '--precision' },
    });
  });

  it('leaves TensorFlow.js its own choice', async () => {
    await expect(engineFor('tfjs', 'webgpu', watched().progress)).rejects.toMatchObject({
      message: 'the engine tfjs chooses its device itself, not "webgpu"',
    });
  });
});

describe('stepTime', () => {
  it('leaves out the steps that take longer at first', async () => {
    let [time, steps] = [0, 0];
    const learner = {
      startEpoch: () => undefined,
      step: async () => {
        time += ++steps <= 3 ? 1000 : steps;
        return { loss: 1, norm: 1 };
      },
      close: async () => undefined,
    };
    const chosen = { isWatched: true, createLearner: async () => learner as unknown as Learner };
    expect(await stepTime(chosen, tinyProbe(), () => time)).toBe(5);
  });
});

describe('fastestDevice', () => {
  it('measures steps of the model, tells the time of each device, and leaves the weights as they were', async () => {
    const { lines, progress } = watched();
    const asked = tinyProbe();
    const chosen = await fastestDevice(asked, progress, ['cpu']);
    expect(chosen).toMatchObject({ backend: 'cpu', choice: expect.stringMatching(/^a step takes cpu [\d.e-]+ s$/) });
    expect(lines).toEqual([`device auto: cpu; ${chosen.choice}`]);
    expect(asked.model.parameters).toEqual(tinyProbe().model.parameters);
  });

  it('measures with the terms of a distillation', async () => {
    const losses = {
      hard: 0.5,
      soft: 0.5,
      temperature: 2,
      teacher: { hidden: 16, heads: 2 },
      hiddenStates: { weight: 1, distance: 'mse', tokens: 'cls', pairs: [{ student: 1, teacher: 1 }] },
    } as const;
    expect((await fastestDevice({ ...tinyProbe(), losses }, watched().progress, ['cpu'])).backend).toBe('cpu');
  });

  it('passes over what cannot be used, and says why', async () => {
    const missing = (['dml', 'coreml'] as const).find((name) => !builtDevices().includes(name)) ?? 'dml';
    const { choice } = await fastestDevice(tinyProbe(), watched().progress, ['cpu', missing]);
    expect(choice).toMatch(new RegExp(`; ${missing} not used: .*onnxruntime has no "${missing}"`));
  });
});
