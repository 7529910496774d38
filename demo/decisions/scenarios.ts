import type { Scenario } from '../../services/decisions/src/contract/scenario.ts';

const NORTH_OF_VILLERUPT: [number, number][] = [
  [5.921, 49.471],
  [5.928, 49.471],
  [5.928, 49.4745],
  [5.921, 49.4745],
];
const STOP: [number, number] = [5.9245, 49.473];
const SHARED = { years: 25, discountRate: 0.032, seed: 2026, draws: 2000 } as const;

/** Questions that an elected member of such a territory asks. */
export const SCENARIOS: { readonly [id: string]: Scenario } = {
  'eteindre-la-nuit': {
    title: 'Éteindre au cœur de la nuit',
    question: 'Éteindre de 23 h 30 à 5 h, ou seulement de 1 h à 4 h ?',
    model: 'lighting-switch-off',
    ...SHARED,
    years: 10,
    variants: [
      { name: '1 h à 4 h', levers: { hoursOff: 1095 } },
      { name: '23 h 30 à 5 h', levers: { hoursOff: 2007.5 } },
    ],
    goals: [{ output: 'shareSaved', atLeast: 0.4 }],
    chosen: {
      variant: 0,
      on: '2026-03-12',
      why: 'Un premier pas, mesuré pendant un an.',
      measured: [{ output: 'shareSaved', value: 0.25, on: '2026-11-15', source: 'Compteurs des armoires, huit mois' }],
    },
  },
};

/** Those that are answered with the inhabitants of cells, and with zones: who gains, who pays, who is exposed. */
export const WITH_INHABITANTS: typeof SCENARIOS = {
  'renover-ecole': {
    title: 'Rénover l’école du centre',
    question: 'Jusqu’où rénover une école de 2 000 m² : toit seul, enveloppe, ou rénovation complète ?',
    model: 'building-renovation',
    ...SHARED,
    variants: [
      { name: 'Toit seul', levers: { wallU: 1.5, roofU: 0.15, windowU: 3, recovery: 0, workCost: 60 } },
      { name: 'Toit et murs', levers: { wallU: 0.25, roofU: 0.15, windowU: 3, recovery: 0, workCost: 190 } },
      { name: 'Rénovation complète', levers: { wallU: 0.25, roofU: 0.15, windowU: 1.4, recovery: 0.5, workCost: 350 } },
    ],
    goals: [{ output: 'intensityAfter', atMost: 110 }],
  },
  'soleil-toits': {
    title: 'Du soleil sur les toits publics',
    question: 'Combien de panneaux poser, et avec quelle part consommée sur place ?',
    model: 'solar-roofs',
    ...SHARED,
    variants: [
      { name: '36 kWc, école', levers: { power: 36, selfUse: 0.7, panelCost: 1300 } },
      { name: '100 kWc, école et gymnase', levers: { power: 100, selfUse: 0.45, panelCost: 1100 } },
      { name: '300 kWc, tous les toits', levers: { power: 300, selfUse: 0.3, panelCost: 1000 } },
    ],
    goals: [{ output: 'balance', atLeast: 0 }],
  },
  'quartier-400': {
    title: '400 logements au nord de Villerupt',
    question: 'Que demandent 200, 400 ou 600 logements : classes, voitures, eau ? Qui est exposé, qui marche moins ?',
    model: 'new-district',
    ...SHARED,
    communes: ['villerupt'],
    area: NORTH_OF_VILLERUPT,
    variants: [
      { name: '200 logements', levers: {}, changes: [district(200)] },
      { name: '400 logements', levers: {}, changes: [district(400)] },
      {
        name: '400 logements et un arrêt',
        levers: { carShare: 0.5 },
        changes: [district(400), { kind: 'stop', at: STOP }],
      },
      { name: '600 logements', levers: {}, changes: [district(600)] },
    ],
    goals: [{ output: 'classes', atMost: 5 }],
  },
};

function district(homes: number) {
  return { kind: 'district' as const, area: NORTH_OF_VILLERUPT, homes };
}
