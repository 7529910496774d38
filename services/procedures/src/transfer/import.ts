import { createHash, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Queryable } from '@alzette/kit/database';
import { conflict, refused } from '@alzette/kit/problems';
import { tokenOf } from '@alzette/kit/sealed-key';
import { remindAt } from '../bookings/book.ts';
import { addBooking, readResources, saveResource } from '../bookings/booking-rows.ts';
import { localDay } from '../clock/deadline.ts';
import type { MovedDossier, MovedVersion, Procedure, Transfer } from '../contract/contract.ts';
import { tryToWrite } from '../dossiers/entity.ts';
import { searchedOf } from '../dossiers/record.ts';
import { FILE_PURPOSE } from '../forms/check-answers.ts';
import type { ProcedureParts } from '../parts.ts';
import { claimFiles, FILE_OWNER } from '../sending/send.ts';
import { findDossier, insertDossier, saveDossier } from '../stored/dossier-rows.ts';
import { appendEvent } from '../stored/event-rows.ts';
import { saveSender } from '../stored/sender-rows.ts';
import { findPublished, findVersion, insertVersion } from '../stored/version-rows.ts';
import type { Dossier } from '../workflow/dossier.ts';
import { withFiles } from './moved-files.ts';

/**
 * Stores the dossiers of an export. One that is here already stays as it is, so an import that was interrupted can be repeated. Nobody is
 * told of what happened elsewhere, and nothing is done on the territory again.
 *
 * @throws Problem 400: names the dossier; 409: a version is here with another document
 */
export async function importDossiers(parts: ProcedureParts, tenant: string, transfer: Transfer) {
  const { db } = parts;
  const documents = await checkVersions(parts, tenant, transfer);
  const known = await readResources(db, tenant);
  for (const { id, ...resource } of transfer.resources) {
    if (!known.has(id)) await saveResource(db, tenant, id, resource);
  }
  let procedures = 0;
  for (const version of transfer.procedures) if (await addVersion(db, tenant, version)) procedures += 1;
  let dossiers = 0;
  for (const moved of transfer.dossiers) {
    const document = documents.get(`${moved.procedure} ${moved.version}`);
    if (document !== undefined && (await importDossier(parts, tenant, moved, document))) dossiers += 1;
  }
  return { dossiers, present: transfer.dossiers.length - dossiers, procedures };
}

/** Before anything is stored. @returns the documents by `id version` */
async function checkVersions(
  { db, territories }: ProcedureParts,
  tenant: string,
  { procedures, dossiers }: Transfer,
): Promise<ReadonlyMap<string, Procedure>> {
  const documents = new Map(procedures.map(({ id, version, document }) => [`${id} ${version}`, document]));
  for (const { id, version, document } of procedures) {
    const here = await findVersion(db, tenant, id, version);
    if (here !== undefined && !isDeepStrictEqual(here.document, document))
      throw conflict(`procedures: version ${version} of ${id} is here with another document`, 'changed');
  }
  const communes = new Set(territories.of(tenant).communes.map(({ slug }) => slug));
  for (const { id, procedure, version, stage, commune, effects, events } of dossiers) {
    const at = `dossiers.${id}`;
    const document = documents.get(`${procedure} ${version}`);
    if (document === undefined) throw refused(`${at}.version`, version, `a version of ${procedure} in the file`);
    const stages = document.states.map((state) => state.id);
    if (!stages.includes(stage)) throw refused(`${at}.stage`, stage, `one of ${stages.join(', ')}`);
    if (commune !== undefined && !communes.has(commune))
      throw refused(`${at}.commune`, commune, `one of ${[...communes].join(', ')}`);
    const stray = effects.find(({ event }) => event >= events.length);
    if (stray !== undefined) throw refused(`${at}.effects.event`, stray.event, `less than ${events.length}`);
  }
  return documents;
}

/** @returns whether it was not here. It is published only where no other version is */
async function addVersion(db: Queryable, tenant: string, moved: MovedVersion): Promise<boolean> {
  const { id, version, document, savedAt } = moved;
  if ((await findVersion(db, tenant, id, version)) !== undefined) return false;
  const isOther = (await findPublished(db, tenant, id)) !== undefined;
  await insertVersion(db, tenant, {
    id,
    version,
    document,
    state: isOther ? 'archived' : moved.state,
    savedAt: new Date(savedAt),
    publishedAt: moved.publishedAt === undefined ? null : new Date(moved.publishedAt),
  });
  return true;
}

async function importDossier(
  parts: ProcedureParts,
  tenant: string,
  moved: MovedDossier,
  procedure: Procedure,
): Promise<boolean> {
  const { db, keyed, territories } = parts;
  const { id } = moved;
  if ((await findDossier(db, tenant, id)) !== undefined) return false;
  const ids = new Map<string, string>();
  for (const { name, content } of moved.files) {
    const options = { owner: { kind: FILE_OWNER }, visibility: 'private', key: `import-${id}-${name}` } as const;
    ids.set(name, (await parts.files.put(tenant, Buffer.from(content, 'base64'), options)).id);
  }
  const tokens = new Map([...ids].map(([name, file]) => [name, tokenOf(keyed, FILE_PURPOSE, tenant, file)]));
  const today = localDay(new Date(), territories.of(tenant).timeZone);
  const origin = { key: createHash('sha256').update(`import ${id}`).digest('base64url'), digest: 'import' };
  const isNew = await db.transaction(async (tx) => {
    const dossier = stateOf(parts, tenant, moved);
    if (!(await insertDossier(tx, tenant, dossier, searchedOf(procedure, dossier, today), origin))) return false;
    const numbers = await addEvents(parts, tx, tenant, moved, ids);
    const effects = moved.effects.map(({ event, ...done }) => ({ ...done, event: numbers[event] ?? 0 }));
    const whole = { ...dossier, effects };
    await saveDossier(tx, tenant, whole, searchedOf(procedure, whole, today));
    await addSender(parts, tx, tenant, moved, { procedure, ids, tokens });
    return true;
  });
  if (isNew) await tryToWrite(parts, tenant, id);
  return isNew;
}

function stateOf({ territories }: ProcedureParts, tenant: string, moved: MovedDossier): Dossier {
  const { version, sender, events: _events, booking: _booking, files: _files, effects: _effects, ...state } = moved;
  const scope = territories.of(tenant).communes.find(({ slug }) => slug === state.commune)?.scope;
  return {
    ...state,
    procedureVersion: version,
    effects: [],
    ...(scope !== undefined && { communeScope: scope }),
    ...(sender === undefined && { isErased: true as const }),
  } as Dossier;
}

/** @returns the number of each event */
async function addEvents(
  { secrets }: ProcedureParts,
  tx: Queryable,
  tenant: string,
  { id, events }: MovedDossier,
  ids: ReadonlyMap<string, string>,
): Promise<(number | undefined)[]> {
  const numbers = [];
  for (const { at, files, ...event } of events) {
    const named = files && { files: files.flatMap((name) => ids.get(name) ?? []) };
    numbers.push(await appendEvent(tx, secrets, tenant, id, { ...event, ...named, at: new Date(at) }));
  }
  return numbers;
}

async function addSender(
  parts: ProcedureParts,
  tx: Queryable,
  tenant: string,
  { id, sender, booking }: MovedDossier,
  known: {
    readonly procedure: Procedure;
    readonly ids: ReadonlyMap<string, string>;
    readonly tokens: ReadonlyMap<string, string>;
  },
): Promise<void> {
  const { keyed, secrets } = parts;
  if (sender !== undefined) {
    const files = [...known.ids.values()];
    await claimFiles(parts, tx, { tenant, id, files });
    const answers = withFiles(known.procedure.form, sender.answers, known.tokens);
    await saveSender(tx, secrets, tenant, id, { ...sender, answers, files });
  }
  if (booking === undefined) return;
  const email = sender?.applicant.email?.trim().toLowerCase();
  await addBooking(tx, tenant, {
    ...booking,
    id: randomBytes(8).toString('hex'),
    dossier: id,
    person: email && keyed.hash('email', email),
    remindAt: await reminderOf(tx, tenant, booking),
  });
}

/** Only of a booking to come: what is past was reminded of elsewhere. */
async function reminderOf(
  tx: Queryable,
  tenant: string,
  { resource: id, state, from }: NonNullable<MovedDossier['booking']>,
): Promise<Date | undefined> {
  const resource = (await readResources(tx, tenant)).get(id);
  const at = resource && state === 'confirmed' ? remindAt(resource, new Date(from)) : undefined;
  return at !== undefined && at > new Date() ? at : undefined;
}
