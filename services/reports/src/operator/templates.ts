import type { Queryable } from '@alzette/kit/database';
import type { Template } from '../contract/setup.ts';
import { readDocuments } from '../store/documents/documents.ts';

const BUILT_IN: readonly Template[] = [
  {
    id: 'received',
    title: { fr: 'Bien reçu', en: 'Received', de: 'Eingegangen', lb: 'Gutt ukomm' },
    text: {
      fr: 'Merci pour votre signalement. Un agent se rend sur place cette semaine.',
      en: 'Thank you for your report. Somebody will have a look this week.',
      de: 'Danke für Ihre Meldung. Diese Woche sieht es sich jemand vor Ort an.',
      lb: 'Merci fir Är Meldung. Dës Woch kuckt sech een et op der Plaz un.',
    },
    status: 'investigating',
  },
  {
    id: 'planned',
    title: { fr: 'Intervention planifiée', en: 'Work is planned', de: 'Arbeiten geplant', lb: 'Aarbechte geplangt' },
    text: {
      fr: 'L’intervention est planifiée ; nous vous tiendrons au courant.',
      en: 'Work is planned; we will let you know.',
      de: 'Die Arbeiten sind geplant; wir halten Sie auf dem Laufenden.',
      lb: 'D’Aarbechte si geplangt; mir halen Iech um Lafenden.',
    },
    status: 'planned',
  },
  {
    id: 'fixed',
    title: { fr: 'Réparé', en: 'Fixed', de: 'Behoben', lb: 'Gefléckt' },
    text: {
      fr: 'C’est réparé. Merci de votre vigilance.',
      en: 'It is fixed. Thank you for your attention.',
      de: 'Es ist behoben. Danke für Ihre Aufmerksamkeit.',
      lb: 'Et ass gefléckt. Merci fir Är Opmierksamkeet.',
    },
    status: 'fixed',
  },
  {
    id: 'not-ours',
    title: { fr: 'Hors de notre compétence', en: 'Not ours', de: 'Nicht unsere Aufgabe', lb: 'Net eis Aufgab' },
    text: {
      fr: 'Cela relève d’un autre service : adressez-vous à lui directement.',
      en: 'Another service sees to this: please ask them directly.',
      de: 'Dafür ist eine andere Stelle zuständig: Bitte wenden Sie sich direkt an sie.',
      lb: 'Dofir ass en anere Service zoustänneg: Wennt Iech w.e.g. direkt un hien.',
    },
    status: 'notOurs',
  },
];

/** The templates of a tenant: built-in ones, and those that an administrator added or replaced. */
export async function readTemplates(db: Queryable, tenant: string): Promise<Template[]> {
  const own = await readDocuments<Template>(db, tenant, 'template');
  const builtIn = BUILT_IN.map((template) => own.get(template.id) ?? template);
  const known = new Set(BUILT_IN.map(({ id }) => id));
  return [...builtIn, ...[...own.values()].filter(({ id }) => !known.has(id))];
}
