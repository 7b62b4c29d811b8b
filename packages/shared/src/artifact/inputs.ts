import { sha256 } from '../files.ts';
import type { Manifest } from './manifest.ts';

/** The content of an artifact's `checksums.txt`. */
export function formatChecksums(outputs: Manifest['outputs']): string {
  return Object.entries(outputs)
    .map(([file, sum]) => `${sum}  ${file}\n`)
    .join('');
}

/**
 * What a manifest says of the artifacts that were read: `artifacts/<experiment>/<stage>/checksums.txt` -> sha256. It is that
 * of the artifacts as they were opened, whatever has come into their places since.
 */
export function artifactInputs(artifacts: readonly { readonly manifest: Manifest }[]): Record<string, string> {
  return Object.fromEntries(
    artifacts.map(({ manifest: { experiment, stage, outputs } }) => [
      `artifacts/${experiment}/${stage}/checksums.txt`,
      sha256(formatChecksums(outputs)),
    ]),
  );
}
