import type { Words } from '../../i18n/locales.ts';

/** One thing that a tour shows. */
export interface TourStep {
  /** The page that it is on; absent: whichever is open. */
  readonly page?: string;
  /** The `data-testid` of what is marked. On a phone it may be missing; then the text stands alone. */
  readonly at: string;
  readonly text: Words;
}

/** A first day for each role: a document. `lighting` is for who plans the light, whatever the role is called. */
export const TOURS = ['operator', 'lighting', 'administrator', 'contractor', 'elected'] as const;
export type Tour = (typeof TOURS)[number];

const DOCUMENTS: {
  readonly [name in Tour]: () => Promise<{ readonly default: { readonly steps: readonly TourStep[] } }>;
} = {
  operator: () => import('./tours/operator.json', { with: { type: 'json' } }),
  lighting: () => import('./tours/lighting.json', { with: { type: 'json' } }),
  administrator: () => import('./tours/administrator.json', { with: { type: 'json' } }),
  contractor: () => import('./tours/contractor.json', { with: { type: 'json' } }),
  elected: () => import('./tours/elected.json', { with: { type: 'json' } }),
};

export async function readTour(name: Tour): Promise<readonly TourStep[]> {
  return (await DOCUMENTS[name]()).default.steps;
}

/** The tour of the first role that has one. */
export function tourOf(roles: readonly string[]): Tour | undefined {
  return TOURS.find((name) => roles.includes(name));
}
