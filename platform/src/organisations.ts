import type { Organisation } from '@alzette/identity';
import type { TerritoryHead } from '@alzette/territory';

/**
 * The intercommunality and its communes. An organisation's id is the scope of its entities, so that a policy can refer
 * to "the scope of one's own organisation".
 */
export function organisationsOf({ name, communes }: Pick<TerritoryHead, 'name' | 'communes'>): Organisation[] {
  const whole = name.replace(/\W+/g, '_');
  return [
    { id: whole, name, kind: 'intercommunality' },
    ...communes.map(
      (commune): Organisation => ({ id: commune.scope.slice(1), name: commune.name, kind: 'commune', parent: whole }),
    ),
  ];
}
