/** The models that a run trains, and the stage whose artifact folder is theirs. */
export const modelStages = { teacher: 'finetune', student: 'distill' } as const;
export type ModelName = keyof typeof modelStages;
export const modelNames: readonly ModelName[] = ['teacher', 'student'];

/** Where a model folder holds its ONNX file. */
export const fp32File = 'onnx/model.onnx';
export const int8File = 'onnx/model_quantized.onnx';
/** The same with 7-bit weights, for processors on which sums of 8-bit products saturate. */
export const twinFile = 'onnx/model_quantized_reduced.onnx';
/** The quantized model in ONNX's own operators; transformers.js opens it as `dtype: 'int8'`. */
export const portableFile = 'onnx/model_int8.onnx';
