import { LANGUAGES, type Language, type LanguageMap } from '@alzette/kit/languages';
import { DateTime } from 'luxon';
import type { ShownCollection } from '../contract/contract.ts';
import type { WasteParts } from '../parts.ts';
import { readSettings, tenantsOf } from '../settings.ts';
import { collectionsOf, readSectors, topicOf } from './sectors.ts';

const TITLES: Required<LanguageMap> = {
  fr: 'Collecte demain',
  en: 'Collection tomorrow',
  de: 'Abfuhr morgen',
  lb: 'Muer gëtt ofgeholl',
};
const PUT_OUT: { readonly [language in Language]: (what: string, time: string) => string } = {
  fr: (what, time) => `${what} : à sortir ce soir à partir de ${time}.`,
  en: (what, time) => `${what}: put it out this evening from ${time}.`,
  de: (what, time) => `${what}: heute Abend ab ${time} herausstellen.`,
  lb: (what, time) => `${what}: haut den Owend ab ${time} eraussetzen.`,
};

/** Reminds the followers of each sector with a collection tomorrow, when it is time. @returns how many */
export async function remindOfTomorrow(parts: WasteParts, now: Date = new Date()): Promise<number> {
  let reminded = 0;
  for (const tenant of await tenantsOf(parts.db)) {
    const settings = await readSettings(parts.db, tenant);
    const local = DateTime.fromJSDate(now, { zone: parts.territories.of(tenant).timeZone });
    if (local.toFormat('HH:mm') < settings.remindAt) continue;
    const day = local.plus({ days: 1 }).toISODate() ?? '';
    for (const sector of await readSectors(parts, tenant)) {
      const of = (language: Language) => collectionsOf(sector, settings, language, { from: day, to: day });
      if (of('fr').length === 0) continue;
      await parts.push.send(tenant, {
        key: `collections:${sector.id}:${day}`,
        topics: [topicOf(sector)],
        urgency: 'normal',
        title: TITLES,
        text: inLanguages((language) => textOf(of(language), language)),
        link: '/app/collections',
      });
      reminded += 1;
    }
  }
  return reminded;
}

function textOf(collections: readonly ShownCollection[], language: Language): string {
  const what = new Intl.ListFormat(language).format(collections.map(({ title }) => title));
  return PUT_OUT[language](what, collections[0]?.putOut ?? '');
}

function inLanguages(of: (language: Language) => string): LanguageMap {
  const texts = Object.fromEntries(LANGUAGES.map((language) => [language, of(language)]));
  return { ...texts, fr: of('fr') };
}
