/** Random numbers in [0, 1), reproducible by the seed on every machine. */
export function seededRandom(seed: string): () => number {
  let state = hash(seed);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Smooth noise in [-1, 1] over the plane, interpolated between integer coordinates. */
export function smoothNoise(seed: string): (x: number, y: number) => number {
  const base = hash(seed);
  const at = (x: number, y: number) => {
    let mixed = Math.imul(base ^ Math.imul(x, 0x27d4eb2d), 0x165667b1) ^ Math.imul(y, 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 31 - 1;
  };
  return (x, y) => {
    const [left, bottom] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [ease(x - left), ease(y - bottom)];
    const low = at(left, bottom) * (1 - u) + at(left + 1, bottom) * u;
    const high = at(left, bottom + 1) * (1 - u) + at(left + 1, bottom + 1) * u;
    return low * (1 - v) + high * v;
  };
}

/** A smooth curve from 0 to 1 with flat ends. */
export function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value ^ (value >>> 16);
}
