import { describe, expect, it } from '@jest/globals';
import { postJson, testApp, tinyService } from '../../test/test-app.ts';

const { service } = tinyService();
const app = testApp(service);
const infer = async (body: unknown) => {
  const response = await postJson(app(), '/v2/models/tiny/infer', body);
  return { status: response.status, body: await response.json() };
};
const input = (data: string[], shape = [data.length]) => ({ name: 'text', datatype: 'BYTES', shape, data });

describe('the Open Inference Protocol', () => {
  it('names the tensors of a model', async () => {
    const metadata = await (await app().request('/v2/models/tiny')).json();
    expect(metadata).toMatchObject({
      name: 'tiny',
      versions: [service().variants()[0].sha256],
      inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
      outputs: [{ name: 'label' }, { name: 'scores', shape: [-1, 2] }, { name: 'logits' }, { name: 'abstained' }],
    });
  });

  it('gives the tensors that were asked for, row by row', async () => {
    const { body } = await infer({
      id: 'one',
      inputs: [input(['well', 'we delve'])],
      outputs: [{ name: 'logits' }, { name: 'label' }],
    });
    expect(body).toEqual({
      model_name: 'tiny',
      model_version: service().variants()[0].sha256,
      id: 'one',
      outputs: [
        { name: 'logits', datatype: 'FP32', shape: [2, 2], data: [1.5, 0, 0, 2] },
        { name: 'label', datatype: 'BYTES', shape: [2], data: ['human', 'ai'] },
      ],
    });
  });

  it.each([
    ['a shape that is not that of the data', { inputs: [input(['a', 'b'], [3])] }, 'inputs.0.shape'],
    ['another input', { inputs: [{ ...input(['a']), name: 'image' }] }, 'inputs.0.name'],
    ['an output that there is not', { inputs: [input(['a'])], outputs: [{ name: 'x' }] }, 'outputs.0.name'],
  ])('refuses %s', async (_, request, field) => {
    expect(await infer(request)).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });
});
