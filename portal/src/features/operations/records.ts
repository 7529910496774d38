import { ask } from '@alzette/web/asking';
import type { AlarmSeverity } from '../../alarms/alarm.ts';
import { inLanguage } from '../../i18n/in-language.ts';
import { waitingActs } from './offline/send-acts.ts';
import type { OrderAct } from './offline/waiting-acts.ts';

export const ALARM_STATUSES = [
  'active',
  'acknowledged',
  'inProgress',
  'shelved',
  'suppressed',
  'cleared',
  'closed',
] as const;
export type AlarmStatus = (typeof ALARM_STATUSES)[number];

export const ORDER_STATUSES = ['open', 'assigned', 'inProgress', 'onHold', 'completed', 'closed', 'cancelled'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** An Alert in simplified form, as returned by `/alarms`. Times are ISO 8601. */
export interface AlarmRecord {
  readonly id: string;
  readonly severity: AlarmSeverity;
  readonly status: AlarmStatus;
  readonly description?: string;
  readonly data?: {
    readonly text?: Readonly<Record<string, string>>;
    readonly evidence?: Evidence;
    readonly rule?: Rule;
  };
  readonly about?: string | readonly string[];
  readonly dateIssued: unknown;
  readonly lastOccurrence?: unknown;
  readonly occurrences?: number;
  readonly assignee?: string;
  readonly acknowledgeBy?: unknown;
  readonly acknowledgedAt?: unknown;
  readonly scope?: string | readonly string[];
  readonly refWorkOrder?: string | readonly string[];
  readonly location?: Place;
}

/** A GeoJSON geometry; the pages show only points. */
interface Place {
  readonly type: string;
  readonly coordinates: unknown;
}

export interface Evidence {
  readonly from: string;
  readonly to: string;
  readonly condition: string;
  readonly values: readonly { readonly attr: string; readonly at: string; readonly value: unknown }[];
}

interface Rule {
  readonly name: string;
  readonly version: number;
}

/** A WorkOrder in simplified form, as returned by `/work-orders`. */
export interface WorkOrderRecord {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly status: OrderStatus;
  readonly priority: 'low' | 'normal' | 'high' | 'urgent';
  readonly location?: Place;
  readonly about?: string | readonly string[];
  readonly dueDate?: unknown;
  readonly organisation?: string;
  readonly assignee?: string;
  readonly minutesSpent?: number;
  /** Addresses. */
  readonly photo?: string | readonly string[];
  readonly checklist?: readonly ChecklistItem[] | ChecklistItem;
  readonly refAlert?: string | readonly string[];
  readonly version: number;
}

export interface ChecklistItem {
  readonly id: string;
  readonly label: string;
  readonly done?: boolean;
}

export interface JournalEntry {
  readonly n: number;
  readonly at: string;
  readonly actor: string;
  readonly act: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Its text, or its description, or its id. */
export function sentenceOf({ data, description, id }: AlarmRecord, locale: string): string {
  return inLanguage(data?.text, locale) || (description ?? id);
}

/** A DateTime of an entity in simplified form, which may be an object with `@value`; undefined: none. */
export function instantOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const inner = typeof value === 'object' && value !== null ? (value as { '@value'?: unknown })['@value'] : undefined;
  return typeof inner === 'string' ? inner : undefined;
}

/** Converts one value or several to a list. */
export function listOf<Item>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as Item];
}

/** Sends an act on an alarm. @throws AnswerError */
export function actOnAlarm(id: string, act: object): Promise<unknown> {
  return ask('POST', `/alarms/${encodeURIComponent(id)}/acts`, act);
}

/** Sends an act on a work order at once, or when the network is back. @throws Error: it was refused */
export async function actOnWorkOrder({ id, version }: WorkOrderRecord, act: OrderAct): Promise<void> {
  waitingActs.add(id, { key: crypto.randomUUID(), at: new Date().toISOString(), version, act });
  const [refused] = await waitingActs.send();
  if (refused !== undefined) throw new Error(refused);
}

/** The readable part of an entity's id. */
export function shortId(id: string): string {
  return id.replace(/^urn:ngsi-ld:/, '');
}

/** Longitude and latitude of a point; undefined for other geometries. */
export function positionOf({ location }: { readonly location?: Place }): [number, number] | undefined {
  const { type, coordinates } = location ?? {};
  if (type !== 'Point' || !Array.isArray(coordinates)) return undefined;
  const [longitude, latitude] = coordinates as unknown[];
  return typeof longitude === 'number' && typeof latitude === 'number' ? [longitude, latitude] : undefined;
}
