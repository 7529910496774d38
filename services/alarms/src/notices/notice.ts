import { inLanguage, type Language } from '@alzette/kit/languages';
import type { Alarm } from '../alarm/alarm.ts';
import { statusOf } from '../alarm/alarm.ts';
import type { Notice, NotifyAction, Severity, Texts } from '../ports.ts';

const SEVERITY: { readonly [severity in Severity]: Texts } = {
  informational: { fr: 'Information', en: 'Information', de: 'Information', lb: 'Informatioun' },
  low: { fr: 'Alarme mineure', en: 'Minor alarm', de: 'Kleiner Alarm', lb: 'Klengen Alarm' },
  medium: { fr: 'Alarme', en: 'Alarm', de: 'Alarm', lb: 'Alarm' },
  high: { fr: 'Alarme importante', en: 'Major alarm', de: 'Wichtiger Alarm', lb: 'Wichtegen Alarm' },
  critical: { fr: 'Alarme critique', en: 'Critical alarm', de: 'Kritischer Alarm', lb: 'Kriteschen Alarm' },
};
const WITHDRAWN: Texts = {
  fr: 'Alarme annulée',
  en: 'Alarm withdrawn',
  de: 'Alarm zurückgezogen',
  lb: 'Alarm zréckgezunn',
};
/** What follows the text of a withdrawn alarm. */
const NEVER_WAS: Texts = {
  fr: 'Des mesures arrivées en retard montrent que cette alarme n’a pas lieu d’être. Ses ordres de travail ouverts sont annulés.',
  en: 'Measurements that arrived late show that there was no reason for this alarm. Its open work orders are cancelled.',
  de: 'Verspätete Messwerte zeigen, dass es keinen Grund für diesen Alarm gab. Seine offenen Arbeitsaufträge sind storniert.',
  lb: 'Verspéit Miesswäerter weisen, datt et kee Grond fir dësen Alarm gouf. Seng oppen Aarbechtsopträg sinn annuléiert.',
};
const CLEARED: Texts = { fr: 'Fin d’alarme', en: 'Alarm cleared', de: 'Alarm beendet', lb: 'Alarm eriwwer' };

/** The notice of an alarm to one recipient. @param key unique per step and occasion */
export function noticeOf(
  alarm: Alarm,
  action: NotifyAction,
  occasion: 'raise' | 'clear',
  key: string,
  publicUrl: string,
): Notice {
  const kind = occasion === 'clear' ? CLEARED : SEVERITY[alarm.severity];
  const event = occasion === 'raise' ? 'alarm.raised' : 'alarm.cleared';
  return {
    ...contentOf(alarm, kind, alarm.text, event, publicUrl),
    key,
    channel: action.channel,
    ...(action.to !== undefined && { to: action.to }),
  };
}

/** The correction of the notices of a withdrawn alarm, for those who got one by a channel. */
export function correctionOf(
  alarm: Alarm,
  { channel, corrects }: Pick<Notice, 'channel'> & { readonly corrects: readonly string[] },
  key: string,
  publicUrl: string,
): Notice {
  const said = (language: Language) => `${inLanguage(alarm.text, language)}\n${inLanguage(NEVER_WAS, language)}`;
  const text = { fr: said('fr'), en: said('en'), de: said('de'), lb: said('lb') };
  return { ...contentOf(alarm, WITHDRAWN, text, 'alarm.withdrawn', publicUrl), key, channel, corrects };
}

function contentOf(alarm: Alarm, kind: Texts, text: Texts, event: string, publicUrl: string) {
  const titled = (language: Language) => {
    const colon = language === 'fr' ? ' : ' : ': ';
    return `${inLanguage(kind, language)}${colon}${inLanguage(alarm.text, language)}`.slice(0, 150);
  };
  return {
    severity: alarm.severity,
    title: { fr: titled('fr'), en: titled('en'), de: titled('de'), lb: titled('lb') },
    text,
    link: `${publicUrl}/operations/alarms?alarm=${encodeURIComponent(alarm.id)}`,
    data: {
      event,
      alarm: alarm.id,
      status: statusOf(alarm),
      severity: alarm.severity,
      category: alarm.category,
      about: alarm.about,
      ...(alarm.rule && { rule: alarm.rule.id }),
      occurrences: alarm.occurrences,
      dateIssued: alarm.dateIssued,
      ...(alarm.clearedAt !== undefined && { clearedAt: alarm.clearedAt }),
    },
  };
}
