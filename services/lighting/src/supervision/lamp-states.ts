import { type Entity, type EntityQuery, type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';
import type { LampState } from '../contract/contract.ts';
import { communeOf } from '../park/lamp.ts';

interface Where {
  readonly client: NgsiLdClient;
  readonly context: string;
  readonly tenant: string;
}

const PAGE = 500;
const ATTRIBUTES = {
  level: ['illuminanceLevel'],
  powerState: ['powerState'],
  power: ['powerConsumption'],
  energy: ['lifetimePowerConsumption', 'energyConsumed'],
  voltage: ['voltage'],
  current: ['current'],
  powerFactor: ['powerFactor'],
  status: ['status'],
} as const;
/** The events of TALQ 2.7 of lamps, cabinets and segments. */
const TALQ_EVENTS: ReadonlySet<string> = new Set([
  ...['lampFailure', 'dimmingFailure', 'cyclingFailure', 'controlGearCommFailure', 'lampUnexpectedOn', 'relayFailure'],
  ...[
    'lampPowerTooHigh',
    'lampPowerTooLow',
    'absoluteLampPowerTooHigh',
    'absoluteLampPowerTooLow',
    'powerFactorTooLow',
  ],
  ...[
    'highTemperature',
    'supplyLoss',
    'supplyVoltageTooHigh',
    'supplyVoltageTooLow',
    'currentTooHigh',
    'currentTooLow',
  ],
  ...['leakageDetected', 'contactorError', 'cabinetDoorOpen', 'circuitBreakerTripped', 'localOverride'],
  ...['switchingErrorOn', 'switchingErrorOff', 'communicationFailure'],
]);
/** The TALQ event of a status. */
const STATUS_EVENTS: Readonly<Record<string, string>> = { defectiveLamp: 'lampFailure' };

/** The present states of lamps, with the rights of the caller, ordered by name. */
export async function lampStates(where: Where, query: Pick<EntityQuery, 'scopeQ' | 'id'> = {}): Promise<LampState[]> {
  const events = await lastingEvents(where);
  const states: LampState[] = [];
  const names = Object.values(ATTRIBUTES).flat();
  const pick = ['id', 'type', 'scope', 'name', 'address', ...names];
  for await (const entity of queryAll(where.client, { ...inTenant(where), ...query, type: 'Streetlight', pick })) {
    states.push(stateOf(entity, events.get(entity.id) ?? []));
  }
  return states.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}

/** Persistent TALQ events by entity: Alerts without an end. */
export async function lastingEvents(where: Where): Promise<Map<string, string[]>> {
  const events = new Map<string, string[]>();
  const asked = { ...inTenant(where), type: 'Alert', q: 'alertSource', format: 'simplified' as const };
  for await (const { alertSource, subCategory, status, validTo } of queryAll(where.client, asked)) {
    if (
      typeof subCategory !== 'string' ||
      !TALQ_EVENTS.has(subCategory) ||
      validTo !== undefined ||
      status === 'closed' ||
      status === 'cleared' ||
      status === 'withdrawn'
    )
      continue;
    for (const source of [alertSource].flat()) {
      events.set(String(source), [...(events.get(String(source)) ?? []), subCategory].sort());
    }
  }
  return events;
}

function stateOf(entity: Entity, alerts: readonly string[]): LampState {
  const { street } = addressOf(entity);
  const commune = communeOf(valueIn(entity.scope) ?? entity.scope);
  const values: Record<string, unknown> = {};
  let heardAt: string | undefined;
  for (const [member, names] of Object.entries(ATTRIBUTES)) {
    for (const name of names) {
      const { value, observedAt } = (entity[name] ?? {}) as { readonly value?: unknown; readonly observedAt?: string };
      if (value === undefined || values[member] !== undefined) continue;
      values[member] = value;
      if (observedAt !== undefined && (heardAt === undefined || observedAt > heardAt)) heardAt = observedAt;
    }
  }
  const ofStatus = STATUS_EVENTS[String(values.status)];
  const events = ofStatus === undefined || alerts.includes(ofStatus) ? alerts : [ofStatus, ...alerts];
  return {
    id: entity.id,
    name: String(valueIn(entity.name) ?? entity.id),
    ...(commune !== undefined && { commune }),
    ...(street !== undefined && { street }),
    ...values,
    events,
    ...(heardAt !== undefined && { heardAt }),
  };
}

function addressOf({ address }: Entity): { readonly street?: string } {
  const { streetAddress } = (valueIn(address) ?? {}) as { readonly streetAddress?: unknown };
  return typeof streetAddress === 'string' ? { street: streetAddress } : {};
}

function valueIn(attribute: unknown): unknown {
  return (attribute as { readonly value?: unknown } | undefined)?.value;
}

function inTenant({ context, tenant }: Where): EntityQuery {
  return { context, tenant, limit: PAGE };
}
