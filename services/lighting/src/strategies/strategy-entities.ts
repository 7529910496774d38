import { Problem } from '@alzette/kit/problems';
import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import { type NightTime, writeNightTime } from '../programmes/night-time.ts';
import type { Programme } from '../programmes/programme.ts';
import type { Strategy } from './strategy.ts';

/**
 * The entities of a version of a strategy: a StreetlightControlProgram for each programme and one
 * StreetlightControlCalendar, in TALQ's terms. A newer version replaces the previous one.
 */
export function strategyEntities(id: string, version: number, strategy: Strategy): Entity[] {
  const idOf = (name: string) => programId(id, name, version);
  const programmes = Object.entries(strategy.programmes).map(
    ([name, programme]): Entity => ({
      id: `urn:ngsi-ld:StreetlightControlProgram:${id}:${encodeURIComponent(name)}`,
      type: 'StreetlightControlProgram',
      name: property(`${strategy.name}: ${name}`),
      programId: property(idOf(name)),
      baseLevel: property(programme.level),
      steps: property(stepsOf(strategy, programme)),
    }),
  );
  const { rules, defaultProgramme } = strategy.calendar;
  return [
    ...programmes,
    {
      id: `urn:ngsi-ld:StreetlightControlCalendar:${id}`,
      type: 'StreetlightControlCalendar',
      name: property(`${strategy.name} (version ${version})`),
      defaultProgram: property(idOf(defaultProgramme)),
      rules: property(
        rules.map(({ from, to, weekdays, dates, zones, programme, name }, i) => ({
          priority: i + 1,
          ...(name && { name }),
          ...(from && { from }),
          ...(to && { to }),
          ...(weekdays && { daysOfWeek: weekdays }),
          ...(dates && { dates }),
          ...(zones && { zones }),
          program: idOf(programme),
        })),
      ),
    },
  ];
}

/** The id of a programme of a strategy in references. */
export function programId(strategy: string, programme: string, version: number): string {
  return `${strategy}/${programme}/${version}`;
}

/**
 * Programs and calendars are not in the territory's own @context; they use the one for types without a published model.
 */
const CONTEXT_PATH = '/contexts/Commune/v1.jsonld';

/** @throws Problem: the broker refuses an entity */
export async function publishStrategy(
  client: NgsiLdClient,
  { tenant, publicUrl }: { readonly tenant: string; readonly publicUrl: string },
  entities: Entity[],
): Promise<void> {
  const { errors } = await client.batchUpsert(entities, { tenant, context: publicUrl + CONTEXT_PATH });
  const [first] = errors;
  if (first === undefined) return;
  const { status = 500, title, detail } = first.error;
  throw new Problem(status, title, `${first.entityId}: ${detail}`);
}

/** The times of a night at which the level changes: on, the start and end of each slot, off. */
function stepsOf({ window }: Strategy, { level, slots }: Programme): object[] {
  return [
    step(window.on, level),
    ...slots.flatMap((slot) => [step(slot.from, slot.level), step(slot.to, level)]),
    step(window.off, 0),
  ];
}

function step(time: NightTime, illuminanceLevel: number): object {
  return time.kind === 'clock'
    ? { reference: 'clock', time: writeNightTime(time), illuminanceLevel }
    : { reference: time.event, offsetMinutes: time.offsetMinutes, illuminanceLevel };
}

function property(value: unknown) {
  return { type: 'Property', value };
}
