import { expect, it } from '@jest/globals';
import { type Executor, onnxruntimeCpu, type Session } from '@retort/runtime';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { windowSettings, writeTinyModel } from '../../test/tiny-model.ts';
import { openClassifier } from '../model/classifier.ts';
import { classify } from './classify.ts';

const folder = temporaryFolder();

it('lets a request of one text wait for no more than a window of another, however many texts that has', async () => {
  let windows = 0;
  const executor: Executor = {
    ...onnxruntimeCpu,
    open: async (file) => {
      const session = await onnxruntimeCpu.open(file);
      const run: Session['run'] = (...args) => {
        windows++;
        return session.run(...args);
      };
      return { ...session, run };
    },
  };
  writeTinyModel(folder(), { settings: windowSettings });
  const model = await openClassifier({ id: 'tiny', folder: folder(), onnxFile: 'onnx/model_quantized.onnx' }, executor);
  const { signal } = new AbortController();
  windows = 0;
  const large = classify(model, { texts: Array(8).fill('the '.repeat(30)) }, signal);
  await classify(model, { text: 'well' }, signal);
  const before = windows - 1;
  await large;
  await model.close();
  expect([before <= 2, windows]).toEqual([true, 81]);
});
