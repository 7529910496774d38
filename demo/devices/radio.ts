import { distance, type Plane, type Position, seededRandom } from '@alzette/territory';

/** The reception of a frame at a gateway. */
export interface Reception {
  readonly gateway: Gateway;
  /** dBm and dB. */
  readonly rssi: number;
  readonly snr: number;
}

export interface Gateway {
  readonly id: string;
  /** 16 lower-case hex digits. */
  readonly eui: string;
  readonly position: Position;
}

/** On water towers and town halls. */
export const GATEWAYS: readonly Gateway[] = [
  { id: 'alzette-gw-villerupt', eui: '7276ff0039030a01', position: [5.931, 49.4655] },
  { id: 'alzette-gw-audun', eui: '7276ff0039030a02', position: [5.9575, 49.4717] },
  { id: 'alzette-gw-redange', eui: '7276ff0039030a03', position: [5.922, 49.4935] },
  { id: 'alzette-gw-aumetz', eui: '7276ff0039030a04', position: [5.9433, 49.418] },
  { id: 'alzette-gw-ottange', eui: '7276ff0039030a05', position: [6.0206, 49.4428] },
  { id: 'alzette-gw-boulange', eui: '7276ff0039030a06', position: [5.949, 49.3836] },
];

const SENSITIVITY = -129;
/** The best signal (dBm) down to which each spreading factor from 7 on is used. */
const FACTOR_LIMITS = [-108, -112, -116, -120, -124];

/** The radio link of a device: each call returns the receptions of one frame, with small variations, best first. */
export function radioAt(position: Position, plane: Plane, seed: string): () => Reception[] {
  const random = seededRandom(`radio of ${seed}`);
  const here = plane.toPoint(position);
  const walls = random() * 14;
  const paths = GATEWAYS.map((gateway) => {
    const metres = Math.max(40, distance(here, plane.toPoint(gateway.position)));
    return { gateway, mean: -38 - 23.5 * Math.log10(metres) - walls };
  });
  const near = paths.filter(({ mean }, i) => mean > SENSITIVITY + 6 || i === nearest(paths));
  return () => {
    const receptions = near.map(({ gateway, mean }) => {
      const rssi = Math.max(SENSITIVITY, Math.round(mean + (random() - 0.5) * 7));
      return { gateway, rssi, snr: Math.round(10 * Math.min(10.5, (rssi + 117) / 2 + random() * 3)) / 10 };
    });
    return receptions.sort((a, b) => b.rssi - a.rssi);
  };
}

export function spreadingFactor(receptions: readonly Reception[]): number {
  const best = receptions[0]?.rssi ?? SENSITIVITY;
  const step = FACTOR_LIMITS.findIndex((limit) => best >= limit);
  return step === -1 ? 12 : 7 + step;
}

function nearest(paths: readonly { mean: number }[]): number {
  return paths.reduce((best, { mean }, i) => (mean > (paths[best]?.mean ?? SENSITIVITY) ? i : best), 0);
}
