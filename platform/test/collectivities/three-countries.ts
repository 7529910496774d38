import { demoFolder } from '@alzette/territory';
import { territoryIn } from '../../src/territory-files/own-territory.ts';
import { squareAt } from './founded.ts';

/** What a collectivity of the test shows of itself. */
export interface Shown {
  readonly tenant: string;
  readonly name: string;
  readonly country: 'FR' | 'LU' | 'DE';
}

/** In the portal's form, by hand. */
export const BY_HAND: readonly Shown[] = [
  { tenant: 'pays-d-evrange', name: 'Pays d’Évrange', country: 'FR' },
  { tenant: 'musterdall', name: 'Musterdall', country: 'LU' },
];
/** By the request that the form sends. */
export const BY_REQUEST: readonly Shown[] = [
  { tenant: 'vallee', name: 'Vallée haute', country: 'FR' },
  { tenant: 'plateau', name: 'Plateau des mines', country: 'FR' },
  { tenant: 'bech', name: 'Gemeng Bech', country: 'LU' },
  { tenant: 'haff', name: 'Gemeng Haff', country: 'LU' },
  { tenant: 'perl', name: 'Gemeinde Perlbach', country: 'DE' },
  { tenant: 'merzig', name: 'Stadt Merzfeld', country: 'DE' },
  { tenant: 'saar', name: 'Saartal', country: 'DE' },
];
/** Communes of the demo; the others are made up. */
const OF_DEMO: Readonly<Record<string, readonly string[]>> = {
  vallee: ['villerupt', 'thil'],
  plateau: ['aumetz', 'boulange'],
};
const OF_COUNTRY = {
  FR: { timeZone: 'Europe/Paris', languages: ['fr'] },
  LU: { timeZone: 'Europe/Luxembourg', languages: ['lb', 'fr', 'de'] },
  DE: { timeZone: 'Europe/Berlin', languages: ['de', 'fr'] },
};

export const hostOf = ({ tenant }: Shown) => `${tenant}.localhost`;
export const administratorOf = ({ tenant }: Shown) => `first@${tenant}.example`;
/** Shown beside its map. */
export const noticeOf = ({ name }: Shown) => `Cadastre: ${name}`;

/** The body that founds one. @param n each number has its own place */
export function requestOf(shown: Shown, n: number): object {
  const { tenant, name, country } = shown;
  return {
    ...{ tenant, name, country, ...OF_COUNTRY[country], notice: noticeOf(shown), hosts: [hostOf(shown)] },
    administrator: { email: administratorOf(shown) },
    ...communesOf(shown, n),
  };
}

function communesOf({ tenant, name, country }: Shown, n: number) {
  const slugs = OF_DEMO[tenant];
  if (slugs !== undefined) {
    const { communes, boundaries } = territoryIn(demoFolder());
    return { communes: communes.filter(({ slug }) => slugs.includes(slug)), boundaries };
  }
  const geometry = squareAt(6.2 + n * 0.05, 49.6);
  return {
    communes: [{ slug: tenant, name, ...(country === 'DE' && { code: `1004${n}514` }) }],
    boundaries: {
      type: 'FeatureCollection',
      features: [{ type: 'Feature', properties: { commune: tenant }, geometry }],
    },
  };
}
