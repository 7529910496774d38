import type { JobRun } from '@alzette/kit/jobs';
import type { Geometry } from '@alzette/ngsi-ld-schemas';
import { DateTime } from 'luxon';
import { bookingOf } from '../bookings/book.ts';
import { addDays, localDay } from '../clock/deadline.ts';
import type { Answers, Procedure } from '../contract/contract.ts';
import type { Effect } from '../contract/procedure.ts';
import { tryToWrite } from '../dossiers/entity.ts';
import { changeDossier, procedureOf, record } from '../dossiers/record.ts';
import type { EffectJob, ProcedureParts } from '../parts.ts';
import type { DoneBy } from '../ports.ts';
import { findDossier } from '../stored/dossier-rows.ts';
import { findSender } from '../stored/sender-rows.ts';
import { type Dossier, scopesOf, urnOf } from '../workflow/dossier.ts';
import { makeEntity } from './make-entity.ts';

/**
 * Does what an action of the desk has on the territory, with the rights that its author has now. What is made has an id that
 * names the action, so a repetition after a crash makes it once.
 */
export async function doEffect(
  parts: ProcedureParts,
  job: EffectJob,
  run: Pick<JobRun, 'isLastAttempt'>,
): Promise<void> {
  const { db, secrets, clientAs, territories } = parts;
  const { tenant, dossier: id, event, action, by, author, person } = job;
  const kept = await findDossier(db, tenant, id);
  const sender = await findSender(db, secrets, tenant, id);
  if (kept === undefined || sender === undefined || kept.dossier.effects.some((done) => done.event === event)) return;
  const procedure = await procedureOf(db, tenant, kept.dossier);
  const effect = procedure.states.flatMap(({ actions }) => actions).find((each) => each.id === action)?.effect;
  if (effect === undefined) return;
  const doneBy: DoneBy = { tenant, client: clientAs(author, { isAdmitted: true }), name: by, author, person };
  const at = { tenant, id, today: localDay(new Date(), territories.of(tenant).timeZone) };
  try {
    const entity = await DO[effect.does](parts, {
      doneBy,
      effect,
      key: `${id}-${event}`,
      dossier: kept.dossier,
      procedure,
      answers: sender.answers,
      today: at.today,
    });
    await changeDossier(parts, at, async (tx, { dossier }) => {
      if (dossier.effects.some((done) => done.event === event)) return { result: undefined };
      const now = new Date();
      await record(parts, tx, at, { at: now, by: 'product', act: 'effect', text: entity });
      const done = { does: effect.does, event, entity, at: now.toISOString() };
      return { dossier: { ...dossier, effects: [...dossier.effects, done], updatedAt: done.at }, result: undefined };
    });
  } catch (error) {
    if (run.isLastAttempt) {
      const text = `${effect.does}: ${(error as Error).message}`;
      await db.transaction((tx) =>
        record(parts, tx, at, { at: new Date(), by: 'product', act: 'effect', text, key: `failed-${event}` }),
      );
    }
    throw error;
  }
  await tryToWrite(parts, tenant, id);
}

interface Doing<E extends Effect = Effect> {
  readonly doneBy: DoneBy;
  readonly effect: E;
  /** Unique per action of a dossier. */
  readonly key: string;
  readonly dossier: Dossier;
  readonly procedure: Procedure;
  readonly answers: Answers;
  readonly today: string;
}

const DO: { readonly [does in Effect['does']]: (parts: ProcedureParts, doing: Doing) => Promise<string> } = {
  async workOrder(parts, { doneBy, effect, key, dossier, answers, today }) {
    if (effect.does !== 'workOrder') throw new Error('another effect');
    const asset = effect.asset === undefined ? undefined : (answers[effect.asset] as string | undefined);
    const id = `urn:ngsi-ld:WorkOrder:case-${key}`;
    const dueDay = await dueDayOf(parts, doneBy.tenant, dossier.id, effect, today);
    await parts.workOrders.make(doneBy, {
      id,
      name: `${effect.name.fr} (${dossier.id})`,
      about: asset === undefined ? [] : [asset],
      location: await placeOf(
        parts,
        doneBy.tenant,
        dossier,
        effect.place === undefined ? asset : answers[effect.place],
      ),
      scope: scopesOf(dossier),
      ...(dueDay !== undefined && { dueDate: `${dueDay}T16:00:00Z` }),
      serviceRequests: [urnOf(dossier.id)],
    });
    return id;
  },
  async entity(parts, { doneBy, effect, dossier, procedure, answers, today }) {
    if (effect.does !== 'entity') throw new Error('another effect');
    const { tenant, client } = doneBy;
    const zone = parts.territories.of(tenant).timeZone;
    return makeEntity({
      tenant,
      client,
      effect,
      reference: dossier.id,
      title: procedure.title.fr,
      scope: scopesOf(dossier),
      serviceCase: urnOf(dossier.id),
      answers,
      today,
      placeOf: (answer) => placeOf(parts, tenant, dossier, answer),
      instantOf: (local) => instantOf(local, zone),
    });
  },
  async lightException(parts, { doneBy, effect, key, dossier, procedure, answers }) {
    if (effect.does !== 'lightException') throw new Error('another effect');
    const { from, to } = answers[effect.period] as { readonly from: string; readonly to: string };
    const level = Number(answers[effect.level]);
    const zone = parts.territories.of(doneBy.tenant).timeZone;
    return parts.lightExceptions.plan(doneBy, {
      id: key,
      area: answers[effect.place] as Geometry, // checked when it was sent
      from: instantOf(from, zone),
      until: instantOf(to, zone),
      level: Math.min(1, Math.max(0, level / 100)),
      reason: `${procedure.title.fr} (${dossier.id})`,
    });
  },
  async collectionStop(parts, { doneBy, effect, key, dossier, procedure, answers }) {
    if (effect.does !== 'collectionStop') throw new Error('another effect');
    const { tenant } = doneBy;
    const booking = await bookingOf(parts.db, tenant, dossier.id);
    if (booking === undefined) throw new Error(`dossier ${dossier.id} has no booking`);
    const volume = effect.volume === undefined ? booking.amount : Number(answers[effect.volume]);
    return parts.collectionStops.add(doneBy, {
      id: key,
      name: `${procedure.title.fr} (${dossier.id})`,
      kind: 'bulky',
      location: await placeOf(parts, tenant, dossier, answers[effect.place]),
      scope: scopesOf(dossier),
      day: localDay(booking.from, parts.territories.of(tenant).timeZone),
      volume,
      serviceCase: urnOf(dossier.id),
    });
  },
};

/** The local day on which a work order is due. Undefined: no day was named. */
async function dueDayOf(
  { db, territories }: ProcedureParts,
  tenant: string,
  dossier: string,
  { booking, dueDays }: { readonly booking?: string | undefined; readonly dueDays?: number | undefined },
  today: string,
): Promise<string | undefined> {
  const booked = booking === undefined ? undefined : await bookingOf(db, tenant, dossier);
  if (booked !== undefined) return localDay(booked.from, territories.of(tenant).timeZone);
  return dueDays === undefined ? undefined : addDays(today, dueDays);
}

/** A local time such as `2026-12-05T22:00` as an instant. */
function instantOf(local: string, zone: string): string {
  return DateTime.fromISO(local, { zone }).toUTC().toISO() ?? local;
}

/** The place of an answer: a geometry, an address with its position, or an asset; otherwise the centre of the commune. */
async function placeOf(
  { client, territories }: ProcedureParts,
  tenant: string,
  dossier: Dossier,
  answer: unknown,
): Promise<Geometry> {
  const point = (lon: number, lat: number): Geometry => ({ type: 'Point', coordinates: [lon, lat] });
  if (typeof answer === 'string') {
    const entity = await client.retrieveEntity(answer, { tenant, format: 'simplified' });
    const { location } = (entity ?? {}) as { readonly location?: Geometry };
    if (location !== undefined) return location;
  } else if (typeof answer === 'object' && answer !== null) {
    if ('coordinates' in answer) return answer as Geometry; // checked when it was sent
    const { location } = answer as { readonly location?: { readonly lat: number; readonly lon: number } };
    if (location !== undefined) return point(location.lon, location.lat);
  }
  const { communes, bbox } = territories.of(tenant);
  const centre = communes.find(({ slug }) => slug === dossier.commune)?.center;
  return centre ? point(...centre) : point((bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2);
}
