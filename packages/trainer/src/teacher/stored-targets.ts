import { fromFloat16 } from '@retort/onnx';
import type { Batch } from '../data/batches.ts';
import type { TeacherTensor } from '../engine/engine.ts';
import { names } from '../engine/graphs.ts';
import type { TeacherTargets } from '../training/train.ts';
import type { ChunkedViews } from './chunks.ts';
import { elementBytes, type OutputLayout, rowsOf } from './layout.ts';
import { TargetReader } from './target-file.ts';

/** What the teacher gave, read from its files batch by batch: no file is in memory. */
export class StoredTargets implements TeacherTargets {
  readonly #views: ChunkedViews;
  readonly #outputs: readonly StoredOutput[];
  readonly #reader = new TargetReader();

  /** `paths`: for each output, the files of all chunks. */
  constructor(views: ChunkedViews, outputs: readonly { layout: OutputLayout; paths: readonly string[] }[]) {
    this.#views = views;
    this.#outputs = outputs.map(({ layout, paths }) => new StoredOutput(layout, paths, this.#reader));
  }

  /** The arrays are used again by the next call. */
  of(batch: Batch, epoch: number): ReadonlyMap<string, TeacherTensor> {
    return new Map(
      this.#outputs.map((output) => [names.teacher(output.layout.name), output.read(this.#views, batch, epoch)]),
    );
  }

  close(): void {
    this.#reader.close();
  }
}

class StoredOutput {
  readonly layout: OutputLayout;
  readonly #paths: readonly string[];
  readonly #reader: TargetReader;
  #values = new Float32Array(0);
  #bytes = new Uint8Array(0);

  constructor(layout: OutputLayout, paths: readonly string[], reader: TargetReader) {
    this.layout = layout;
    this.#paths = paths;
    this.#reader = reader;
  }

  /** [texts, labels], [texts, 1, width], or [texts, length, width] with 0 at padding. */
  read({ chunks, place }: ChunkedViews, { indices, size, length }: Batch, epoch: number): TeacherTensor {
    const { width, tokenRows, half, output } = this.layout;
    const elements = (tokenRows ? length : 1) * width;
    if (this.#values.length < size * elements) this.#values = new Float32Array(size * elements);
    const data = this.#values.subarray(0, size * elements);
    indices.forEach((text, i) => {
      const { chunk, row } = place(epoch, text);
      const { first, count } = rowsOf(this.layout, chunks[chunk], row);
      const rowBytes = width * elementBytes(this.layout);
      const bytes = this.#room(count * rowBytes);
      this.#reader.read(this.#paths[chunk], bytes, first * rowBytes);
      const target = data.subarray(i * elements, (i + 1) * elements);
      if (half) fromFloat16(new Uint16Array(bytes.buffer, 0, count * width), target);
      else target.set(new Float32Array(bytes.buffer, 0, count * width));
      target.fill(0, count * width);
    });
    return { shape: output.kind === 'logits' ? [size, width] : [size, elements / width, width], data };
  }

  #room(length: number): Uint8Array {
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(length);
    return this.#bytes.subarray(0, length);
  }
}
