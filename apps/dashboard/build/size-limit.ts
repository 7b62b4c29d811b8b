import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Fails a build whose files, all views together and compressed as servers send them, are more than `kilobytes` (of 1000 bytes). */
export function sizeLimit(kilobytes: number): Plugin {
  return {
    name: 'size-limit',
    apply: 'build',
    writeBundle(_, bundle) {
      const sizes = Object.values(bundle).map((file) => {
        const size = gzipSync(file.type === 'chunk' ? file.code : file.source).length / 1000;
        return { name: file.fileName, size };
      });
      const total = sizes.reduce((sum, { size }) => sum + size, 0);
      this.info(`${total.toFixed(1)} kB of at most ${kilobytes} kB, compressed`);
      if (total <= kilobytes) return;
      const largest = sizes.sort((a, b) => b.size - a.size).slice(0, 5);
      const list = largest.map(({ name, size }) => `${name} ${size.toFixed(1)}`).join(', ');
      this.error(`the page has ${total.toFixed(1)} kB, compressed, of at most ${kilobytes} kB; the largest: ${list}`);
    },
  };
}
