import { describe, expect, it } from '@jest/globals';
import { postJson, testApp, tinyService } from '../../test/test-app.ts';
import { readInputs } from './open-inference-inputs.ts';

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
      inputs: [
        { name: 'text', datatype: 'BYTES', shape: [-1] },
        { name: 'input_ids', datatype: 'INT64', shape: [-1, -1] },
        { name: 'attention_mask', datatype: 'INT64', shape: [-1, -1] },
      ],
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

describe('tokens in place of texts', () => {
  const tensor = (name: string, rows: number[][], data: number[] | number[][] = rows.flat()) => ({
    name,
    datatype: 'INT64',
    shape: [rows.length, rows[0].length],
    data,
  });
  // [CLS] well delve [SEP], and [CLS] delve [SEP] [PAD]
  const ids = [
    [2, 5, 6, 3],
    [2, 6, 3, 0],
  ];
  const mask = [
    [1, 1, 1, 1],
    [1, 1, 1, 0],
  ];
  const tokens = [tensor('input_ids', ids), tensor('attention_mask', mask)];
  const logits = { outputs: [{ name: 'logits' }] };

  it('get the logits of the texts of which they are made', async () => {
    const { body: texts } = await infer({ inputs: [input(['well delve', 'delve'])], ...logits });
    expect((await infer({ inputs: tokens, ...logits })).body).toEqual(texts);
  });

  it('may be given row by row', async () => {
    const nested = [tensor('input_ids', ids, ids), tensor('attention_mask', mask, mask)];
    expect((await infer({ inputs: nested })).body).toEqual((await infer({ inputs: tokens })).body);
  });

  it('reach the model without their padding', async () => {
    const sizes: number[] = [];
    const stop = service().observe({ batch: ({ tokens: length }) => sizes.push(length) });
    await infer({ inputs: tokens });
    stop();
    expect(sizes.sort()).toEqual([3, 4]);
  });

  it.each([
    ['ids alone', [tokens[0]], 'inputs'],
    ['texts beside them', [input(['a']), ...tokens], 'inputs'],
    ['an input twice', [tokens[0], tokens[0]], 'inputs'],
    ['another shape of the mask', [tokens[0], tensor('attention_mask', [[1]])], 'inputs.1.shape'],
    ['fewer numbers than the shape says', [{ ...tokens[0], data: [2] }, tokens[1]], 'inputs.0.data'],
    ['rows of other lengths', [{ ...tokens[0], data: [[2, 5, 6, 3], [2]] }, tokens[1]], 'inputs.0.data'],
    ['an id that there is not', [tensor('input_ids', [[2, 8]]), tensor('attention_mask', [[1, 1]])], 'inputs.0.data'],
    ['padding before the tokens', [tensor('input_ids', [[0, 2]]), tensor('attention_mask', [[0, 1]])], 'inputs.1.data'],
    ['a row of padding', [tensor('input_ids', [[0]]), tensor('attention_mask', [[0]])], 'inputs.1.data'],
    [
      'more than the model reads at once',
      [tensor('input_ids', [Array(9).fill(5)]), tensor('attention_mask', [Array(9).fill(1)])],
      'inputs.0.data',
    ],
    ['types for a model without', [...tokens, tensor('token_type_ids', mask)], 'inputs.2.name'],
  ])('are refused for %s', async (_, inputs, field) => {
    expect(await infer({ inputs })).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });

  it.each([
    ['a negative id', -1],
    ['a fraction', 1.5],
    ['more than 32 bits', 2 ** 31],
    ['text', 'well'],
  ])('are refused for %s', async (_, id) => {
    const inputs = [{ ...tokens[0], shape: [1, 1], data: [id] }, tensor('attention_mask', [[1]])];
    expect((await infer({ inputs })).status).toBe(422);
  });
});

describe('token types', () => {
  const bert = { maxTokens: 4, vocabularySize: 8, tokenTypes: 2, inputNames: ['input_ids', 'token_type_ids'] };
  const tensor = (name: 'input_ids' | 'attention_mask' | 'token_type_ids', data: number[]) => ({
    name,
    datatype: 'INT64' as const,
    shape: [1, data.length] as [number, number],
    data,
  });
  const given = (types: number[]) => [
    tensor('input_ids', [2, 5, 3]),
    tensor('attention_mask', [1, 1, 0]),
    tensor('token_type_ids', types),
  ];

  it('are those of the tokens', () => {
    const [ids, types] = [Int32Array.of(2, 5), Int32Array.of(0, 1)];
    expect(readInputs(bert, given([0, 1, 1]))).toEqual({ tokens: [{ ids, types }] });
  });

  it('are refused where the model has fewer', () => {
    expect(() => readInputs(bert, given([0, 2, 0]))).toThrow('inputs.2.data: row 0: types are below 2');
  });
});
