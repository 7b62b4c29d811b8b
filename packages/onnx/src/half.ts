/** The value of each of the 65,536 half-precision numbers. */
let singles: Float32Array | undefined;

/** IEEE 754 half precision, given as bits, in single precision: exact, for every value has one. Written into `into`, if given. */
export function fromFloat16(bits: Uint16Array, into = new Float32Array(bits.length)): Float32Array {
  singles ??= Float32Array.from({ length: 65_536 }, (_, half) => singleOf(half));
  for (let i = 0; i < bits.length; i++) into[i] = singles[bits[i]];
  return into;
}

function singleOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Single precision as the bits of the nearest half-precision number, of two as near the even one; what is too large becomes infinite. */
export function toFloat16({ buffer, byteOffset, length }: Float32Array): Uint16Array {
  const words = new Uint32Array(buffer, byteOffset, length);
  const halves = new Uint16Array(length);
  for (let i = 0; i < length; i++) {
    const word = words[i];
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fff_ffff;
    if (magnitude > 0x7f80_0000) {
      halves[i] = sign | 0x7e00; // NaN
    } else if (magnitude >= 0x477f_f000) {
      halves[i] = sign | 0x7c00; // From 65,520 on
    } else if (magnitude >= 0x3880_0000) {
      // The exponent's bias goes from 127 to 15, 13 bits of the fraction go: rounded by adding half of what they count, and
      // one less where the number below is even.
      halves[i] = sign | ((magnitude - 0x3800_0000 + 0x0fff + ((magnitude >>> 13) & 1)) >>> 13);
    } else if (magnitude < 0x3300_0000) {
      halves[i] = sign; // Below 2^-25
    } else {
      const shift = 126 - (magnitude >>> 23);
      const fraction = (magnitude & 0x7f_ffff) | 0x80_0000;
      const below = fraction >>> shift;
      const rest = fraction & ((1 << shift) - 1);
      const middle = 1 << (shift - 1);
      halves[i] = sign | (below + (rest > middle || (rest === middle && (below & 1) === 1) ? 1 : 0));
    }
  }
  return halves;
}

/** bfloat16, given as bits, in single precision: the upper half of its bits. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i] << 16;
  return new Float32Array(words.buffer);
}
