import type { Position } from './plane.ts';

/** What is known of a commune; the rest of its map is drawn around it. */
export interface CommunePlan {
  readonly slug: string;
  readonly name: string;
  /** Its département, which decides on its public holidays: Moselle is 57, Meurthe-et-Moselle 54. */
  readonly department: string;
  /** Its town hall, about. */
  readonly center: Position;
  /** How far its streets reach, metres. */
  readonly radius: number;
  /** Bearings of the village's long axis, degrees counter-clockwise from east, and how much longer than wide it is. */
  readonly axis: number;
  readonly stretch: number;
}

export const NAME = "Pays Haut Val d'Alzette";
export const TIME_ZONE = 'Europe/Paris';

export const COMMUNES: readonly CommunePlan[] = [
  commune('audun-le-tiche', 'Audun-le-Tiche', '57', [5.9575, 49.4717], 800, 70, 1.25),
  commune('aumetz', 'Aumetz', '57', [5.9433, 49.418], 560, 20, 1.2),
  commune('boulange', 'Boulange', '57', [5.949, 49.3836], 520, 120, 1.35),
  commune('ottange', 'Ottange', '57', [6.0206, 49.4428], 600, 110, 1.6),
  commune('redange', 'Rédange', '57', [5.9203, 49.4947], 380, 35, 1.5),
  commune('russange', 'Russange', '57', [5.9542, 49.4848], 400, 80, 1.15),
  commune('thil', 'Thil', '54', [5.9089, 49.4711], 460, 150, 1.3),
  commune('villerupt', 'Villerupt', '54', [5.9286, 49.4672], 780, 10, 1.3),
];

/** Roads that join the communes, by slug. */
export const ROADS: readonly (readonly [string, string])[] = [
  ['thil', 'villerupt'],
  ['villerupt', 'audun-le-tiche'],
  ['audun-le-tiche', 'russange'],
  ['russange', 'redange'],
  ['redange', 'thil'],
  ['villerupt', 'aumetz'],
  ['audun-le-tiche', 'aumetz'],
  ['audun-le-tiche', 'ottange'],
  ['aumetz', 'ottange'],
  ['aumetz', 'boulange'],
];

/** The territory's outer limit, clockwise from the north-west, drawn by hand. */
export const OUTLINE: readonly Position[] = [
  [5.9005, 49.499],
  [5.919, 49.5035],
  [5.9405, 49.498],
  [5.9575, 49.4945],
  [5.971, 49.487],
  [5.976, 49.474],
  [5.989, 49.4625],
  [6.004, 49.459],
  [6.022, 49.4575],
  [6.0405, 49.4545],
  [6.049, 49.443],
  [6.041, 49.429],
  [6.021, 49.4175],
  [6.001, 49.4105],
  [5.986, 49.398],
  [5.979, 49.382],
  [5.964, 49.367],
  [5.943, 49.3645],
  [5.922, 49.373],
  [5.913, 49.391],
  [5.9155, 49.412],
  [5.913, 49.432],
  [5.909, 49.449],
  [5.8955, 49.4585],
  [5.888, 49.472],
  [5.8925, 49.486],
];

function commune(
  slug: string,
  name: string,
  department: string,
  center: Position,
  radius: number,
  axis: number,
  stretch: number,
): CommunePlan {
  return { slug, name, department, center, radius, axis, stretch };
}
