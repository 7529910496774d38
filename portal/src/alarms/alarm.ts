import type { Entity } from '@alzette/ngsi-ld-schemas';
import { instant, isObject, readAttribute } from '../entities/attribute.ts';
import { positionOf } from '../entities/simplified.ts';
import { inLanguage } from '../i18n/in-language.ts';

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'informational'] as const;
export type AlarmSeverity = (typeof SEVERITIES)[number];

/** An `Alert` entity, as the bell shows it. */
export interface Alarm {
  readonly id: string;
  readonly severity: AlarmSeverity;
  readonly status: string;
  /** The alarm as a sentence, by language. */
  readonly text: Readonly<Partial<Record<string, string>>>;
  /** The entity it is about. */
  readonly about?: string;
  /** Scopes: of communes, and of the organisations that see it. */
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly since?: number;
  readonly assignee?: string;
  /** The deadline for acknowledging it, or after that for resolving it; milliseconds since the epoch. */
  readonly dueAt?: number;
  /** Longitude, latitude (WGS 84). */
  readonly position?: readonly [number, number];
}

/** States in which an operator has to act. */
const WAITING = new Set(['active', 'acknowledged', 'inProgress']);

export function toAlarm(document: Entity): Alarm {
  const value = (name: string): unknown => readAttribute(document[name]).value;
  const severity = SEVERITIES.find((known) => known === value('severity')) ?? 'informational';
  const about = [value('about') ?? value('alertSource')].flat()[0];
  const assignee = value('assignee');
  const status = String(value('status') ?? 'active');
  return {
    id: document.id,
    severity,
    status,
    text: textOf(value('data'), value('description')),
    about: typeof about === 'string' ? about : undefined,
    scopes: [document.scope ?? []].flat().map(String),
    since: instant(value('lastOccurrence')) ?? instant(value('dateIssued')),
    assignee: typeof assignee === 'string' ? assignee : undefined,
    dueAt: instant(value(status === 'active' ? 'acknowledgeBy' : 'resolveBy')),
    position: positionOf({ location: value('location') }),
  };
}

export function isWaiting({ status }: Alarm): boolean {
  return WAITING.has(status);
}

/** @param now milliseconds since the epoch */
export function isOverdue({ dueAt }: Alarm, now: number): boolean {
  return dueAt !== undefined && dueAt < now;
}

/** The most severe first, then the newest. */
export function byUrgency(a: Alarm, b: Alarm): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || (b.since ?? 0) - (a.since ?? 0);
}

/** Its text, or its id. */
export function alarmText({ text, id }: Alarm, locale: string): string {
  return inLanguage(text, locale) || id;
}

function textOf(data: unknown, description: unknown): Partial<Record<string, string>> {
  const words = isObject(data) && isObject(data.text) ? data.text : {};
  const texts = Object.entries(isObject(description) ? { ...description, ...words } : words).flatMap(
    ([locale, text]) => (typeof text === 'string' ? [[locale, text]] : []),
  );
  if (texts.length > 0) return Object.fromEntries(texts);
  return typeof description === 'string' ? { fr: description } : {};
}
