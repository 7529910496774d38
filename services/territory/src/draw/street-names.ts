import { seededRandom } from '../random.ts';

export const STREET_KINDS = ['inner', 'ring', 'side', 'deadEnd', 'estate'] as const;

export type StreetKind = (typeof STREET_KINDS)[number];

/** Patterns of street names, with `{name}` for a commune and `{number}`. */
export interface StreetWords extends Readonly<Record<StreetKind, readonly string[]>> {
  /** The street in town towards a commune: `Straße nach {name}`. */
  readonly towards: string;
  /** The road between communes. */
  readonly road: string;
  /** Used when the names of a kind are used up. */
  readonly numbered: string;
}

/** Assigns names to a commune's streets, each once; when those of a kind are used up, numbered ones follow. */
export function streetNames(commune: string, words: StreetWords): (kind: StreetKind) => string {
  const random = seededRandom(`names of ${commune}`);
  const left = new Map<StreetKind, string[]>();
  let numbered = 0;
  return (kind) => {
    const names = left.get(kind) ?? [...words[kind]];
    left.set(kind, names);
    const [name] = names.splice(Math.floor(random() * names.length), 1);
    if (name) return name;
    numbered += 1;
    return words.numbered.replace('{number}', String(numbered));
  };
}
