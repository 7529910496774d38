/** A category of reports without its id. */
export const BENCH_CATEGORY = {
  name: { fr: 'Banc cassé' },
  description: { fr: 'Dans un parc' },
  group: { fr: 'Parcs' },
  icon: 'bench',
  competence: 'commune',
  promisedDays: 10,
  duplicateRadius: 20,
};

/** A definition of a dataset without its id. */
export const BENCH_DATASET = {
  title: { fr: 'Bancs' },
  description: { fr: 'Les bancs publics' },
  keywords: ['banc'],
  theme: 'ENVI',
  contact: { name: 'Mairie', email: 'mairie@example.org' },
  source: { types: ['StreetFurniture'], content: { kind: 'current' } },
  columns: [{ name: 'nom', attribute: 'name', kind: 'text', title: { fr: 'Nom' } }],
  geometry: true,
  frequency: 'daily',
};
