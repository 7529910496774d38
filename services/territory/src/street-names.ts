import { seededRandom } from './random.ts';

const INNER = [
  'Rue de la Mairie',
  "Rue de l'Église",
  'Rue du Moulin',
  'Rue de la Fontaine',
  'Rue des Écoles',
  'Rue du Presbytère',
  'Rue de la Halle',
  'Rue du Lavoir',
  'Rue Jean Jaurès',
  'Rue Victor Hugo',
  'Rue Pasteur',
  'Rue de la République',
  'Rue du Maréchal Foch',
  'Rue de la Liberté',
];

const RING = [
  'Rue Émile Zola',
  'Rue Jules Ferry',
  'Rue Louise Michel',
  'Rue Marie Curie',
  'Rue Paul Verlaine',
  'Rue Maurice Barrès',
  "Rue Jeanne d'Arc",
  'Rue Clemenceau',
  'Rue Gambetta',
  'Rue Voltaire',
  'Rue Berlioz',
  'Rue Lamartine',
  'Rue du Stade',
  'Rue de la Gare',
  'Rue du Cimetière',
  'Rue des Mineurs',
  'Rue de la Mine',
  'Rue des Hauts-Fourneaux',
  'Rue du 11 Novembre',
  'Rue du 8 Mai 1945',
  'Rue de Verdun',
  'Rue de Lorraine',
  "Rue d'Alsace",
  'Rue Robert Schuman',
  'Rue Ambroise Croizat',
  'Rue Aristide Briand',
];

const SIDE = [
  'Rue des Jardins',
  'Rue des Vergers',
  'Rue des Mirabelliers',
  'Rue du Puits',
  'Rue des Forgerons',
  'Rue du Tilleul',
  'Rue de la Source',
  'Rue des Carrières',
  'Rue du Calvaire',
  'Rue des Champs',
  'Rue du Vieux Chemin',
  'Rue de la Croix',
  'Rue des Prés',
  'Rue du Bois',
  'Rue de la Côte',
  'Rue des Peupliers',
  'Rue Saint-Martin',
  'Rue Sainte-Barbe',
  'Rue Saint-Laurent',
  'Rue des Lilas',
  'Rue du Ruisseau',
  'Rue de la Vallée',
  'Rue du Crassier',
  'Rue des Tilleuls',
  'Rue Pierre Brossolette',
  'Rue Jean Moulin',
  'Rue Gabriel Péri',
  'Rue des Acacias',
  'Rue des Érables',
  'Rue du Pressoir',
];

const DEAD_END = [
  'Impasse des Roses',
  'Allée des Bleuets',
  'Impasse du Clos',
  'Allée des Genêts',
  'Impasse des Merles',
  'Allée des Mésanges',
  'Impasse de la Forge',
  'Allée du Verger',
  'Impasse des Coquelicots',
  'Allée des Noyers',
  'Impasse du Coteau',
  'Allée des Charmes',
  'Impasse des Alouettes',
  'Allée des Sorbiers',
];

const ESTATE = [
  'Rue des Pinsons',
  'Rue des Fauvettes',
  'Rue des Rossignols',
  'Rue des Hirondelles',
  'Rue des Chardonnerets',
  'Rue des Bouvreuils',
  'Avenue de la Cité',
  'Rue du Coron',
];

const POOLS = { inner: INNER, ring: RING, side: SIDE, deadEnd: DEAD_END, estate: ESTATE };

export type StreetKind = keyof typeof POOLS;

/** Hands out names for a commune's streets, each once; when a kind's are used up, numbered ones follow. */
export function streetNames(commune: string): (kind: StreetKind) => string {
  const random = seededRandom(`names of ${commune}`);
  const left = new Map<StreetKind, string[]>();
  let numbered = 0;
  return (kind) => {
    const names = left.get(kind) ?? [...POOLS[kind]];
    left.set(kind, names);
    const [name] = names.splice(Math.floor(random() * names.length), 1);
    if (name) return name;
    numbered += 1;
    return `${kind === 'deadEnd' ? 'Impasse' : 'Chemin'} n° ${numbered}`;
  };
}
