import type { Queryable } from '@alzette/kit/database';
import { conflict, denied, refused } from '@alzette/kit/problems';
import { cancelIfRefused } from '../bookings/book.ts';
import { addDays, localDay } from '../clock/deadline.ts';
import type { Answers, DossierAct } from '../contract/contract.ts';
import type { Action, Procedure } from '../contract/procedure.ts';
import { tryToWrite } from '../dossiers/entity.ts';
import { changeDossier, record } from '../dossiers/record.ts';
import type { ProcedureParts } from '../parts.ts';
import { findSender } from '../stored/sender-rows.ts';
import { afterStep, type Dossier, stageOf, withMissing } from '../workflow/dossier.ts';
import { dueOf, lacksPayment } from '../workflow/due.ts';

/** Who of the desk acts. */
export interface Agent {
  /** In the audit. */
  readonly name: string;
  /** A result of `authorOf`. */
  readonly author: object | null;
  readonly person: string | null;
  /** Whether they have the function of an action. */
  may(procedure: Procedure, action: Action): boolean;
}

/** On which the desk may act when the dossier is closed. */
const ALSO_CLOSED: ReadonlySet<DossierAct['act']> = new Set(['note', 'assign', 'message']);

/**
 * Does something with a dossier; the right to write it was judged before.
 *
 * @throws Problem 404; 409: its state does not allow the act; 403: the agent lacks the function; 400: names the field
 */
export async function actOnDossier(
  parts: ProcedureParts,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  body: DossierAct,
  by: Agent,
  now = new Date(),
): Promise<void> {
  const at = { tenant, id, today: localDay(now, parts.territories.of(tenant).timeZone) };
  await changeDossier(parts, at, async (tx, { dossier }, procedure) => {
    if (!ALSO_CLOSED.has(body.act) && dossier.closedAt !== undefined) {
      throw conflict(`the dossier is closed since ${dossier.closedAt}`);
    }
    return { dossier: await changed(parts, tx, { at, dossier, procedure, body, by, now }), result: undefined };
  });
  await tryToWrite(parts, tenant, id);
}

interface Acting {
  readonly at: { readonly tenant: string; readonly id: string; readonly today: string };
  readonly dossier: Dossier;
  readonly procedure: Procedure;
  readonly body: DossierAct;
  readonly by: Agent;
  readonly now: Date;
}

async function changed(
  parts: ProcedureParts,
  tx: Queryable,
  { at, dossier, procedure, body, by, now }: Acting,
): Promise<Dossier> {
  const event = { at: now, by: 'desk', who: by.name } as const;
  switch (body.act) {
    case 'paid': {
      const due = dueOf(procedure, dossier, await answersOf(parts, tx, at));
      if (due === undefined) throw conflict('nothing is to be paid in this state');
      if (due.isPaid) throw conflict(`it was paid on ${dossier.paid?.at}`);
      await record(parts, tx, at, { ...event, act: 'pay', text: body.number });
      const paid = {
        at: now.toISOString(),
        cents: (dossier.paid?.cents ?? 0) + due.cents,
        by: 'desk',
        number: body.number,
      } as const;
      return { ...dossier, paid, updatedAt: paid.at };
    }
    case 'step':
      return step(parts, tx, { at, dossier, procedure, body, by, now });
    case 'askParts': {
      const until = body.until ?? addDays(at.today, procedure.missingPartsDays);
      if (until <= at.today) throw refused('until', until, `a day after ${at.today}`);
      const known = new Set(procedure.form.sections.flatMap(({ fields }) => fields.map(({ id }) => id)));
      const stray = body.fields?.find((id) => !known.has(id));
      if (stray !== undefined) throw refused('fields', stray, `fields of the form: ${[...known].join(', ')}`);
      await record(parts, tx, at, { ...event, act: 'askParts', text: body.text });
      return withMissing(dossier, { fields: body.fields ?? [], until }, now, at.today);
    }
    case 'assign': {
      const { assignee: _before, ...kept } = dossier;
      await record(parts, tx, at, { ...event, act: 'assign', text: body.assignee ?? '' });
      return { ...kept, ...(body.assignee !== null && { assignee: body.assignee }), updatedAt: now.toISOString() };
    }
    default:
      await record(parts, tx, at, { ...event, act: body.act, text: body.text });
      return { ...dossier, updatedAt: now.toISOString() };
  }
}

async function answersOf({ secrets }: ProcedureParts, tx: Queryable, { tenant, id }: Acting['at']): Promise<Answers> {
  return (await findSender(tx, secrets, tenant, id))?.answers ?? {};
}

async function step(
  parts: ProcedureParts,
  tx: Queryable,
  { at, dossier, procedure, body, by, now }: Acting & { readonly body: DossierAct & { readonly act: 'step' } },
): Promise<Dossier> {
  const { tenant, id } = at;
  const { actions } = stageOf(procedure, dossier);
  const done = actions.find((each) => each.id === body.action);
  if (done === undefined) {
    const detail = `action: got "${body.action}", expected one of ${actions.map((each) => each.id).join(', ') || 'none'}`;
    throw conflict(`${detail}: the dossier is in the state "${dossier.stage}"`);
  }
  if (!by.may(procedure, done)) throw denied(`Lacking: the function ${done.by}`);
  if (done.needsPayment && lacksPayment(procedure, dossier, await answersOf(parts, tx, at)))
    throw conflict(`${done.id} waits for the payment`);
  if (done.needsReason && body.reason === undefined)
    throw refused('reason', undefined, 'the reason, which the sender reads');
  const event = { at: now, by: 'desk', who: by.name, act: 'step', state: done.to } as const;
  const n = await record(parts, tx, at, { ...event, ...(body.reason !== undefined && { text: body.reason }) });
  if (done.effect !== undefined && n !== undefined) {
    const job = { tenant, dossier: id, event: n, action: done.id, by: by.name, author: by.author, person: by.person };
    await parts.effect.enqueue(job, { tx, key: `${tenant}/${id}/${n}` });
  }
  const after = afterStep(procedure, dossier, done.id, now);
  await cancelIfRefused(parts, tx, at, stageOf(procedure, after).kind, now);
  return after;
}
