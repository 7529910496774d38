import type { Language } from '@alzette/kit/languages';
import { queryAll } from '@alzette/ngsi-ld-schemas';
import type { Disruption } from '../contract/contract.ts';
import type { MobilityParts } from '../parts.ts';

/** An entity in concise form: a text in several languages is a map. */
interface AlertEntity {
  readonly id: string;
  readonly title?: Text;
  readonly description?: Text;
  readonly severity?: string;
  readonly effect?: string;
  readonly validFrom?: Instant;
  readonly validTo?: Instant;
  readonly affectedStop?: Links;
  readonly affectedRoute?: Links;
}
type Text = string | { readonly languageMap: Readonly<Record<string, string | readonly string[]>> };
type Instant = string | { readonly value?: { readonly '@value': string }; readonly '@value'?: string };
type Links = { readonly object: string | readonly string[] };

/** Present and future disruptions of public transport, from the feeds. */
export async function readDisruptions(
  { client, context }: MobilityParts,
  tenant: string,
  language: Language,
  now: Date = new Date(),
): Promise<Disruption[]> {
  const query = {
    type: 'Alert',
    q: 'subCategory=="publicTransport"',
    tenant,
    context,
    format: 'concise',
  } as const;
  const entities = await Array.fromAsync(queryAll<AlertEntity>(client, query));
  return entities
    .map((alert): Disruption => {
      const [title, text] = [wordsIn(alert.title, language), wordsIn(alert.description, language)];
      const shown = (title ?? text)?.language;
      const [from, to] = [instantOf(alert.validFrom), instantOf(alert.validTo)];
      return {
        id: alert.id,
        title: title?.words ?? text?.words ?? alert.id,
        ...(text !== undefined && text.words !== title?.words && { text: text.words }),
        ...(shown !== undefined && { language: shown }),
        severity: alert.severity ?? 'low',
        effect: alert.effect ?? 'unknownEffect',
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        stops: linksOf(alert.affectedStop),
        routes: linksOf(alert.affectedRoute),
      };
    })
    .filter(({ to }) => to === undefined || Date.parse(to) > now.getTime());
}

/** The text in the language, else in French, else in any language; a plain one is in none that is known. */
function wordsIn(text: Text | undefined, wanted: Language): { words: string; language?: string } | undefined {
  if (text === undefined) return undefined;
  if (typeof text === 'string') return { words: text };
  const { languageMap } = text;
  const [language] = [wanted, 'fr', ...Object.keys(languageMap)].filter((each) => languageMap[each] !== undefined);
  return language === undefined ? undefined : { words: [languageMap[language] ?? []].flat().join(' '), language };
}

function instantOf(value: Instant | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : (value['@value'] ?? value.value?.['@value']);
}

function linksOf(links: Links | undefined): readonly string[] {
  return links === undefined ? [] : [links.object].flat();
}
