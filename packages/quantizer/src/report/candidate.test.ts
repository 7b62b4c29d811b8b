import { describe, expect, it } from '@jest/globals';
import type { QuantizationSettings } from '@retort/shared';
import { type Candidate, exactProductsOf } from './candidate.ts';

const int8File = 'onnx/model_quantized.onnx';

function candidate(cpu: Pick<QuantizationSettings['cpu'], 'saturationSafe' | 'twin'>, file = int8File): Candidate {
  const quantization: QuantizationSettings = {
    recipe: 'fixed-int8',
    embeddings: 'int8',
    reduceRange: true,
    kept: [],
    company: { largest: 0, p99: 0, n: 1 },
    cpu: { ...cpu, measuredOn: { flags: [], saturates: true } },
  };
  return {
    ...{ name: 'student-int8', architecture: 'DistilBertForSequenceClassification', weights: 'int8' },
    ...{ parameters: 1, bytes: 1, batch: 'any', folder: '/models/student', file: `/models/student/${file}` },
    rule: { temperature: 1 },
    settings: { longTexts: 'head', maxTokens: 128, quantization },
  };
}

describe('a model in the report', () => {
  it('runs by the fast kernels where no sum of it saturates', () => {
    expect(exactProductsOf(candidate({ saturationSafe: true }))).toBe(false);
  });

  it('runs by exact ones where a sum may', () => {
    expect(exactProductsOf(candidate({ saturationSafe: false }))).toBe(true);
  });

  it('is its twin where that is the file', () => {
    const twin = 'onnx/model_quantized_reduced.onnx';
    expect(exactProductsOf(candidate({ saturationSafe: false, twin }, twin))).toBe(false);
  });
});
