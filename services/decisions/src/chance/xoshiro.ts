/** The generator xoshiro128** 1.1 of Blackman and Vigna: 32 random bits at each call. */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotated(d, 11);
    return result;
  };
}

/**
 * A stream of its own for each name, so that another factor leaves the draws of the others alone.
 *
 * @returns numbers between 0 and 1, without both
 */
export function uniforms(seed: number, name: string): () => number {
  let mixed = (seed ^ 0x9e3779b9) >>> 0;
  for (let at = 0; at < name.length; at += 1) mixed = Math.imul(mixed ^ name.charCodeAt(at), 0x01000193) >>> 0;
  const next = () => {
    // splitmix32, to fill the state
    mixed = (mixed + 0x9e3779b9) >>> 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  const draw = xoshiro128([next(), next(), next(), next()]);
  return () => (draw() + 0.5) / 4_294_967_296;
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
