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
  const titled = (language: Language) => {
    const colon = language === 'fr' ? ' : ' : ': ';
    return `${inLanguage(kind, language)}${colon}${inLanguage(alarm.text, language)}`.slice(0, 150);
  };
  return {
    key,
    channel: action.channel,
    ...(action.to !== undefined && { to: action.to }),
    severity: alarm.severity,
    title: { fr: titled('fr'), en: titled('en'), de: titled('de'), lb: titled('lb') },
    text: alarm.text,
    link: `${publicUrl}/operations/alarms?alarm=${encodeURIComponent(alarm.id)}`,
    data: {
      event: occasion === 'raise' ? 'alarm.raised' : 'alarm.cleared',
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
