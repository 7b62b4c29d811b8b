import { elementCount, type Shape } from '@retort/onnx';
import type { DeviceTensor, HostTensor } from '@retort/runtime';
import type { Batch } from '../data/batches.ts';
import { names } from '../engine/graphs.ts';
import { actualShape } from '../engine/onnxruntime.ts';
import { deviceNames } from './graphs.ts';

/** Inputs of a graph by name, from the host's memory or on the device already. */
export type Feeds = Readonly<Record<string, HostTensor | DeviceTensor>>;

/** A batch with the whole numbers that a GPU has. */
export function batchFeeds({ uniqueIds, tokens, mask, size, length }: Batch): Feeds {
  return {
    [names.uniqueIds]: { type: 'int32', shape: [uniqueIds.length], data: Int32Array.from(uniqueIds, Number) },
    [names.tokens]: { type: 'int32', shape: [size, length], data: Int32Array.from(tokens, Number) },
    [names.mask]: { type: 'float32', shape: [size, length], data: mask },
  };
}

/** For each row of the word table, where a batch has it: behind its last row for those that it has not. */
export function rowPlaceFeeds({ uniqueIds }: Batch, vocabularySize: number): Feeds {
  const places = new Int32Array(vocabularySize).fill(uniqueIds.length);
  uniqueIds.forEach((id, place) => {
    places[Number(id)] = place;
  });
  return { [deviceNames.rowPlaces]: { type: 'int32', shape: [vocabularySize], data: places } };
}

/** Where the masks of a batch begin and end in the pool. `startOf`: of `DropoutPool`. */
export function maskFeeds(shapes: readonly Shape[], batch: Batch, startOf: (size: number) => number): Feeds {
  return Object.fromEntries(
    shapes.flatMap((shape, place) => {
      const size = elementCount(actualShape(shape, batch));
      const start = startOf(size);
      return [
        [deviceNames.maskStart(place), index(start)],
        [deviceNames.maskEnd(place), index(start + size)],
      ];
    }),
  );
}

export function scalarFeeds(values: Readonly<Record<string, number>>): Feeds {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      { type: 'float32', shape: [], data: Float32Array.of(value) } as const,
    ]),
  );
}

function index(value: number): HostTensor {
  return { type: 'int64', shape: [1], data: BigInt64Array.of(BigInt(value)) };
}
