import type { ModelConfig } from '../model/config.ts';

/** Tensors that are computed, not learned; older versions of transformers stored them. */
const buffers = /(?:^|\.)(?:position_ids|token_type_ids)$/;
/** The parts of a model without a head, whose names checkpoints write with or without the architecture before them. */
const body = /^(?:embeddings|encoder|transformer|pooler)\./;

/**
 * Our name -> the checkpoint's name, for all tensors of a checkpoint but buffers: the architecture before the parts of the
 * body, and LayerNorm's `gamma` and `beta`, from the TensorFlow originals, as `weight` and `bias`.
 */
export function canonicalNames(
  names: readonly string[],
  architecture: ModelConfig['architecture'],
): Map<string, string> {
  const canonical = new Map<string, string>();
  for (const name of names) {
    if (buffers.test(name)) continue;
    const plain = name
      .replace(/(LayerNorm|layer_norm)\.gamma$/, '$1.weight')
      .replace(/(LayerNorm|layer_norm)\.beta$/, '$1.bias');
    const full = body.test(plain) ? `${architecture}.${plain}` : plain;
    // Of two tensors that claim one place, the one with the exact name has it; the other counts as unused.
    if (canonical.has(full) && name !== full) canonical.set(name, name);
    else canonical.set(full, name);
  }
  return canonical;
}
