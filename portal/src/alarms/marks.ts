import type { AlarmRecord } from '@alzette/alarms/contract';
import type { PublicationContract } from '@alzette/publishing/contract';
import { PUBLICATIONS } from '@alzette/publishing/paths';
import { service } from '../broker/service.ts';
import { instantOf } from '../entities/simplified.ts';
import { inLanguage } from '../i18n/in-language.ts';
import type { Mark } from '../kit/chart/marks.ts';
import { alarms } from './records.ts';

const publications = service<PublicationContract>(PUBLICATIONS);

/** More lines would hide the curve. */
const MOST = 40;
const BEGUN = ['active', 'acknowledged', 'inProgress', 'shelved', 'cleared', 'closed'] as const;

interface Asked {
  /** The entity, or the type of the entities, that alarms are about. */
  readonly about?: string;
  readonly type?: string;
  /** Of a commune, e.g. `/Villerupt`. */
  readonly scope?: string | undefined;
  readonly from: number;
  readonly to: number;
  readonly locale: string;
}

/** The latest alarms that began in a period, as marks on a curve. */
export async function alarmMarks(
  { about, type, scope, from, to, locale }: Asked,
  signal: AbortSignal,
): Promise<Mark[]> {
  const query = {
    status: [...BEGUN],
    since: new Date(from).toISOString(),
    until: new Date(to).toISOString(),
    limit: 500,
    ...(about && { about }),
    ...(scope && { scope: `${scope}/#` }),
  };
  const { alarms: found } = await alarms.list({ query, signal });
  const isAsked = (alarm: AlarmRecord) =>
    type === undefined || [alarm.about ?? []].flat().some((id) => String(id).split(':')[2] === type);
  return found
    .filter(isAsked)
    .slice(0, MOST)
    .flatMap((alarm): Mark[] => {
      const at = Date.parse(instantOf(alarm.dateIssued) ?? '');
      const text = inLanguage(alarm.data?.text, locale) || alarm.description || alarm.id;
      return Number.isNaN(at) ? [] : [{ at, kind: 'alarm', text, to: { name: 'alarms', query: { alarm: alarm.id } } }];
    });
}

/** The published events that began in a period; none where there is no service for them, or no right. */
export async function eventMarks({ from, to, locale }: Asked, signal: AbortSignal): Promise<Mark[]> {
  const query = { kind: ['event' as const], limit: 200 };
  const { items } = await publications.list({ query, signal }).catch(() => ({ items: [] }));
  return items
    .flatMap(({ document, state }): Mark[] => {
      const at = Date.parse(document.event?.start ?? '');
      const { title = '' } = document.texts[locale as keyof typeof document.texts] ?? document.texts.fr ?? {};
      return state === 'ready' && at >= from && at <= to ? [{ at, kind: 'event', text: title }] : [];
    })
    .slice(0, MOST);
}
