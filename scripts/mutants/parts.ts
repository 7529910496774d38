/** A pure part of a package and the tests that must notice when it computes something else. */
export interface Part {
  readonly name: string;
  /** Folder of the package. */
  readonly folder: string;
  /** Globs below the folder. */
  readonly sources: readonly string[];
  /** Files below the folder. They need no database. */
  readonly tests: readonly string[];
}

export const PARTS: readonly Part[] = [
  { name: 'caches', folder: 'services/kit', sources: ['src/caches/lru.ts'], tests: ['src/caches/lru.test.ts'] },
  {
    name: 'energy',
    folder: 'services/energy',
    sources: ['src/analysis/*.ts'],
    tests: ['test/faults.test.ts'],
  },
  {
    name: 'waste: rounds',
    folder: 'services/waste',
    sources: ['src/rounds/savings.ts', 'src/rounds/improve-order.ts'],
    tests: ['test/orders.test.ts'],
  },
  {
    name: 'waste: hours and days',
    folder: 'services/waste',
    sources: ['src/centres/opening-hours.ts', 'src/centres/queue.ts', 'src/collections/collection-days.ts'],
    tests: [
      'src/centres/opening-hours.test.ts',
      'src/centres/queue.test.ts',
      'src/collections/collection-days.test.ts',
    ],
  },
  {
    name: 'environment',
    folder: 'services/environment',
    sources: ['src/air/air-index.ts', 'src/water/water-levels.ts'],
    tests: ['src/air/air-index.test.ts', 'src/water/water-levels.test.ts'],
  },
  {
    name: 'channels',
    folder: 'services/channels',
    sources: ['src/on-call/roster.ts'],
    tests: ['src/on-call/roster.test.ts'],
  },
  {
    name: 'procedures',
    folder: 'services/procedures',
    sources: ['src/answers/check-digits.ts', 'src/clock/deadline.ts'],
    tests: ['src/answers/check-digits.test.ts', 'src/clock/deadline.test.ts'],
  },
  {
    name: 'rules',
    folder: 'services/rules',
    sources: ['src/evaluate/truth.ts', 'src/evaluate/comparison.ts', 'src/evaluate/area.ts'],
    tests: [
      'src/evaluate/comparison.test.ts',
      'src/evaluate/follow-entity.test.ts',
      'src/evaluate/geofence.test.ts',
      'src/evaluate/flapping.test.ts',
    ],
  },
  {
    name: 'decisions',
    folder: 'services/decisions',
    sources: ['src/model/units.ts', 'src/model/compile-formula.ts'],
    tests: ['test/models.test.ts'],
  },
  {
    name: 'territory: cost shares',
    folder: 'services/territory',
    sources: ['src/group/cost-shares.ts'],
    tests: ['src/group/cost-shares.test.ts'],
  },
  {
    name: 'lighting: calendar',
    folder: 'services/lighting',
    sources: ['src/programmes/calendar.ts'],
    tests: ['src/programmes/calendar.test.ts'],
  },
];
