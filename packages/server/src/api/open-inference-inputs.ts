import { z } from '@hono/zod-openapi';
import type { TokenizedInput, Variant } from '../inference/index.ts';
import { textSchema } from './classify.ts';
import { InvalidFields } from './invalid-fields.ts';
import { limits } from './limits.ts';

// Inputs of the Open Inference Protocol: texts, or what a tokenizer has made of them.

/** Longest row of ids; a model's own limit is shorter. */
const mostTokens = 8192;
const textShape = z.union([z.tuple([z.int()]), z.tuple([z.int(), z.literal(1)])]).openapi({
  type: 'array',
  items: { type: 'integer' },
  minItems: 1,
  maxItems: 2,
});
const tokenShape = z
  .tuple([z.int().min(1).max(limits.texts), z.int().min(1).max(mostTokens)])
  .openapi({ type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2, example: [1, 5] });
const parameters = z.looseObject({}).optional();

const textInput = z
  .object({
    name: z.literal('text'),
    shape: textShape,
    datatype: z.literal('BYTES'),
    parameters,
    data: z.array(textSchema).min(1).max(limits.texts),
  })
  .refine(({ shape, data }) => shape[0] === data.length, {
    path: ['shape'],
    message: 'the first number must be that of the texts',
  })
  .openapi('V2TextInput');

const row = z.array(z.int32().min(0));
const tokenInput = z
  .object({
    name: z.enum(['input_ids', 'attention_mask', 'token_type_ids']),
    shape: tokenShape,
    datatype: z.literal('INT64'),
    parameters,
    data: z.union([row, z.array(row)]).openapi({ description: 'row by row, or an array of rows' }),
  })
  .refine(({ shape: [rows, length], data }) => isOfShape(data, rows, length), {
    path: ['data'],
    message: 'as many numbers are needed as the shape says',
  })
  .openapi('V2TokenInput');

type TokenTensor = z.output<typeof tokenInput>;

/** One `text`; or `input_ids` and `attention_mask`, of a model that has them also `token_type_ids`. */
export const inputsSchema = z
  .array(z.discriminatedUnion('name', [textInput, tokenInput]))
  .min(1)
  .max(3)
  .superRefine((inputs, context) => {
    const [first, ...rest] = inputs;
    const wrong = (message: string, ...path: (string | number)[]) =>
      context.addIssue({ code: 'custom', path, message });
    const names = inputs.map(({ name }) => name);
    if (new Set(names).size < names.length) wrong('each input can be given once');
    else if (names.includes('text')) {
      if (names.length > 1) wrong('give either "text" or tokens');
      return; // Its shape is of another kind.
    } else if (!names.includes('input_ids') || !names.includes('attention_mask')) {
      wrong('tokens are given as "input_ids" and "attention_mask"');
    }
    for (const [i, { shape }] of rest.entries()) {
      if (shape.join() !== first.shape.join()) wrong('the inputs must be of one shape', i + 1, 'shape');
    }
  })
  .openapi({ description: '`text`; or `input_ids` and `attention_mask`, and `token_type_ids` if the model has it' });

export type Inputs = z.output<typeof inputsSchema>;

/** Texts, or inputs of this very model; InvalidFields where they are not. */
export function readInputs(
  variant: Pick<Variant, 'inputNames' | 'maxTokens' | 'tokenTypes' | 'vocabularySize'>,
  inputs: Inputs,
): { readonly texts: readonly string[] } | { readonly tokens: readonly TokenizedInput[] } {
  const [first] = inputs;
  if (first.name === 'text') return { texts: first.data };
  const { maxTokens, vocabularySize, tokenTypes, inputNames } = variant;
  const place = (name: TokenTensor['name']) => inputs.findIndex((input) => input.name === name);
  const refuse = (name: TokenTensor['name'], field: string, message: string) =>
    new InvalidFields([{ field: `inputs.${place(name)}.${field}`, message }]);
  const tensor = (name: TokenTensor['name']) => {
    const input = inputs[place(name)];
    return input === undefined || input.name === 'text' ? undefined : rowsOf(input);
  };

  const masks = tensor('attention_mask') ?? [];
  const types = tensor('token_type_ids');
  if (types !== undefined && !inputNames.includes('token_type_ids')) {
    throw refuse('token_type_ids', 'name', 'the model has no such input');
  }
  const tokens = (tensor('input_ids') ?? []).map((ids, i): TokenizedInput => {
    const length = maskedLength(masks[i]);
    if (length === undefined) {
      throw refuse(
        'attention_mask',
        'data',
        `row ${i}: ones are needed for the tokens, and zeros for the padding behind`,
      );
    }
    if (length > maxTokens) {
      throw refuse('input_ids', 'data', `row ${i} has ${length} tokens, and the model reads ${maxTokens} at once`);
    }
    if (ids.some((id) => id >= vocabularySize)) {
      throw refuse('input_ids', 'data', `row ${i}: ids are below ${vocabularySize}`);
    }
    if (types?.[i].some((type) => type >= tokenTypes)) {
      throw refuse('token_type_ids', 'data', `row ${i}: types are below ${tokenTypes}`);
    }
    return { ids: ids.subarray(0, length), types: types?.[i].subarray(0, length) };
  });
  return { tokens };
}

function isOfShape(data: readonly number[] | readonly number[][], rows: number, length: number): boolean {
  if (!isNested(data)) return data.length === rows * length;
  return data.length === rows && data.every((one) => one.length === length);
}

function isNested(data: readonly number[] | readonly number[][]): data is readonly number[][] {
  return Array.isArray(data[0]);
}

function rowsOf({ shape: [rows, length], data }: TokenTensor): Int32Array[] {
  const all = Int32Array.from(data.flat()); // [rows * length]
  return Array.from({ length: rows }, (_, r) => all.subarray(r * length, (r + 1) * length));
}

/** How many ones a mask begins with, if at least one and only zeros follow. */
function maskedLength(mask: Int32Array): number | undefined {
  const zero = mask.indexOf(0);
  const length = zero === -1 ? mask.length : zero;
  return length > 0 && mask.every((value, i) => value === (i < length ? 1 : 0)) ? length : undefined;
}
