import type { Entity } from '@alzette/ngsi-ld-schemas';
import { serviceCase } from '@alzette/ngsi-ld-schemas/models';
import { localDay } from '../clock/deadline.ts';
import type { Procedure } from '../contract/procedure.ts';
import type { ProcedureParts } from '../parts.ts';
import { findDossier, markWritten, takeUnwritten } from '../stored/dossier-rows.ts';
import { findVersion } from '../stored/version-rows.ts';
import { clockOf, type Dossier, scopesOf, stageOf, urnOf } from '../workflow/dossier.ts';

/** Path of the @context of procedures, on any of our hosts. */
export const CONTEXT_PATH = '/contexts/Procedures/v1.jsonld';
const UNWRITTEN_AFTER_S = 30;
const AT_ONCE = 100;

/**
 * The entity of a dossier: its procedure, state, dates and commune. Nothing about its sender is in it, because the history
 * of entities and subscribers would keep that after an erasure: so it has no position either.
 */
function entityOf(dossier: Dossier, procedure: Procedure, today: string): Entity {
  const stage = stageOf(procedure, dossier);
  const { dueAt } = clockOf(procedure, dossier, today);
  const scope = scopesOf(dossier);
  const outcomes = dossier.effects.map(({ entity }) => entity);
  const property = (value: unknown) => ({ type: 'Property', value });
  const moment = (value: string, type = 'DateTime') => property({ '@type': type, '@value': value });
  return {
    id: urnOf(dossier.id),
    type: serviceCase.type,
    ...(scope.length > 0 && { scope }),
    caseNumber: property(dossier.id),
    caseProcedure: property(dossier.procedure),
    name: property(procedure.title.fr),
    caseStage: property(stage.id),
    caseStatus: property(stage.kind),
    caseWaitsForParts: property(dossier.missing !== undefined),
    ...(dueAt !== undefined && { caseDue: moment(dueAt, 'Date') }),
    caseRequestedAt: moment(dossier.sentAt),
    caseUpdatedAt: moment(dossier.updatedAt),
    ...(dossier.closedAt !== undefined && { caseClosedAt: moment(dossier.closedAt) }),
    ...(outcomes.length > 0 && { refOutcome: { type: 'Relationship', object: outcomes } }),
  };
}

type WriteParts = Pick<ProcedureParts, 'db' | 'client' | 'publicUrl' | 'territories' | 'logger'>;

/** Writes a dossier's entity until it matches the dossier. @throws Error: the broker refused it; it is retried later */
export async function writeEntity(parts: WriteParts, tenant: string, id: string): Promise<void> {
  const { db, client, publicUrl, territories } = parts;
  for (;;) {
    const kept = await findDossier(db, tenant, id);
    if (kept === undefined) return;
    const { procedure, procedureVersion } = kept.dossier;
    const version = await findVersion(db, tenant, procedure, procedureVersion);
    if (version === undefined)
      throw new Error(`dossier ${id}: there is no version ${procedureVersion} of ${procedure}`);
    const today = localDay(new Date(), territories.of(tenant).timeZone);
    const entity = entityOf(kept.dossier, version.document, today);
    const { errors } = await client.batchUpsert([entity], { tenant, context: publicUrl + CONTEXT_PATH });
    const [refusal] = errors;
    if (refusal) throw new Error(`${refusal.entityId}: ${refusal.error.title}: ${refusal.error.detail}`);
    // The dossier may have changed in the meantime, and the other write may have come first.
    if (await markWritten(db, kept)) return;
  }
}

/** Writes it now if the broker answers, otherwise by the job. */
export async function tryToWrite(parts: WriteParts, tenant: string, id: string): Promise<void> {
  await writeEntity(parts, tenant, id).catch((error: unknown) => {
    parts.logger.error({ err: error, dossier: id }, 'could not write the entity of a dossier; will retry');
  });
}

/** Writes entities that a process did not come to write. @returns how many */
export async function writeUnwritten(parts: WriteParts, olderThanS = UNWRITTEN_AFTER_S): Promise<number> {
  const behind = await takeUnwritten(parts.db, olderThanS, AT_ONCE);
  for (const { tenant, dossier } of behind) await tryToWrite(parts, tenant, dossier.id);
  return behind.length;
}
