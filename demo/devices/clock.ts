/** The demo's time in milliseconds since 1970: real time at speed 1, faster at higher speeds. */
export interface Clock {
  readonly speed: number;
  now(): number;
}

export function startClock(speed: number, real: () => number = Date.now): Clock {
  const start = real();
  return { speed, now: () => start + (real() - start) * speed };
}
