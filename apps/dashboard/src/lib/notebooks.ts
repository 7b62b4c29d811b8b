/** What the pipeline reached that Retort replaces, two notebooks in Python with PyTorch: on other texts, and on another machine. */
export const notebooks = [
  { name: 'BERT-base', accuracy: 0.993515, bytes: 438.0e6, milliseconds: 495.5 },
  { name: 'DistilBERT, distilled', accuracy: 0.990813, bytes: 265.5e6, milliseconds: 299.9 },
  { name: 'BERT-base, quantized', accuracy: 0.997027, bytes: 181.5e6, milliseconds: 340.0 },
  { name: 'DistilBERT, quantized', accuracy: 0.977033, bytes: 138.1e6, milliseconds: 191.6 },
] as const;
