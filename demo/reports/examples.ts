import type { Act } from '../../services/reports/src/report/acts.ts';

/** A report of the demo, and the acts of the desk, hours after it. */
export interface DemoReport {
  readonly category: string;
  readonly text: string;
  readonly daysAgo: number;
  readonly answers?: { readonly [code: string]: string };
  readonly acts: readonly (readonly [hours: number, act: Act])[];
  readonly supporters?: number;
}

const CONTRACTOR = 'Prestataire_eclairage';

/** Texts of citizens for each category. */
const TEXTS: { readonly [category: string]: readonly string[] } = {
  'street-light': [
    'Le lampadaire est éteint depuis deux soirs, la rue est très sombre.',
    'La lampe clignote toute la nuit devant la maison.',
    'Lampadaire allumé en plein jour.',
    'Plus de lumière au passage piéton.',
    'Le mât penche et la lampe ne marche plus.',
  ],
  'container-full': [
    'Le conteneur à verre déborde, il y a des bouteilles par terre.',
    'Impossible de déposer le tri, tout est plein.',
    'La trappe du conteneur est bloquée.',
  ],
  'fly-tipping': [
    'Des sacs et un matelas ont été déposés cette nuit.',
    'Gravats abandonnés au bord du chemin.',
    'Un vieux canapé traîne depuis une semaine.',
  ],
  pothole: [
    'Gros trou dans la chaussée, dangereux pour les vélos.',
    'Le trottoir est affaissé devant l’école.',
    'Nid-de-poule au milieu du virage.',
  ],
  sign: ['Le panneau est tombé après le vent.', 'Le passage piéton est presque effacé.'],
  tree: ['Une grosse branche menace de tomber sur le chemin.', 'La haie déborde, on doit marcher sur la route.'],
  'street-furniture': ['Le dossier du banc est cassé.', 'La balançoire de l’aire de jeux grince et penche.'],
};
const CATEGORIES = [
  'street-light',
  'container-full',
  'street-light',
  'fly-tipping',
  'pothole',
  'street-light',
  'tree',
  'container-full',
  'sign',
  'street-furniture',
];

const fixed: Act = { act: 'status', status: 'fixed', text: 'C’est réparé. Merci de votre vigilance.' };
const looked: Act = { act: 'status', status: 'investigating', text: 'Un agent se rend sur place cette semaine.' };

/** The last report has a wrong category, which the desk still has to correct. */
const MISPLACED = 'Le lampadaire clignote et la rue est très sombre.';

/** A month of reports for a territory of this size: older ones are closed, the latest are waiting. */
export function demoReports(count = 44): DemoReport[] {
  return Array.from({ length: count }, (_, i): DemoReport => {
    const category = CATEGORIES[i % CATEGORIES.length] ?? 'pothole';
    const texts = TEXTS[category] ?? [];
    const daysAgo = 30 - (i * 30) / count;
    const text = i === count - 1 ? MISPLACED : (texts[i % texts.length] ?? '');
    const isLight = category === 'street-light';
    const accept: Act = { act: 'accept', text };
    const assigned: Act = {
      act: 'assign',
      ...(isLight ? { organisation: CONTRACTOR } : {}),
      assignee: isLight ? 'Astreinte' : 'Régie',
    };
    const answers = category === 'fly-tipping' ? { answers: { size: ['bag', 'boot', 'truck'][i % 3] ?? 'bag' } } : {};
    return {
      category,
      text,
      daysAgo,
      ...answers,
      acts: actsOf(i, daysAgo, accept, assigned),
      ...(i % 5 === 2 && { supporters: 1 + (i % 4) }),
    };
  });
}

function actsOf(i: number, daysAgo: number, accept: Act, assigned: Act): DemoReport['acts'] {
  if (daysAgo < 1.2) return [];
  if (i % 13 === 7) return [[3, { act: 'hide', reason: 'La photo montre une plaque d’immatriculation.' }]];
  const first: DemoReport['acts'] = [
    [2 + (i % 7), accept],
    [5 + (i % 7), assigned],
  ];
  if (daysAgo < 4) return first;
  const second: DemoReport['acts'] = [
    ...first,
    [20, looked],
    [21, { act: 'note', text: 'Vu avec l’équipe, pièce à commander.' }],
  ];
  if (i % 6 === 5) return second;
  if (i % 9 === 4) return [...second, [40, { act: 'status', status: 'inProgress' }]];
  const hours = Math.min(30 + ((i * 41) % 150), daysAgo * 24 - 6);
  if (i % 11 === 6)
    return [
      ...second,
      [hours, { act: 'status', status: 'notOurs', text: 'Cette voie relève du département, que nous avons prévenu.' }],
    ];
  const done: DemoReport['acts'] = [...second, [hours, fixed]];
  return i % 3 === 0 ? [...done, [hours + 5, { act: 'survey', isSatisfied: i % 12 !== 0 }]] : done;
}
