import { refused } from '@alzette/kit/problems';
import { tokenOf } from '@alzette/kit/sealed-key';
import { bookingOf } from '../bookings/book.ts';
import { readResources } from '../bookings/booking-rows.ts';
import type { MovedDossier, MovedVersion, Procedure, Transfer } from '../contract/contract.ts';
import { FILE_PURPOSE } from '../forms/check-answers.ts';
import type { ProcedureParts } from '../parts.ts';
import { allDossiers, type KeptDossier } from '../stored/dossier-rows.ts';
import { readEvents } from '../stored/event-rows.ts';
import { findSender } from '../stored/sender-rows.ts';
import { readVersions } from '../stored/version-rows.ts';
import { withFiles } from './moved-files.ts';

/** Their files are read into memory. */
const MOST = 2000;

/** Everything of the dossiers, in the order in which they were sent. @throws Problem 400: there are too many for one file */
export async function exportDossiers(parts: ProcedureParts, tenant: string, procedure?: string): Promise<Transfer> {
  const { db } = parts;
  const kept = await allDossiers(db, tenant, procedure, MOST + 1);
  if (kept.length > MOST) {
    throw refused('procedure', procedure, `a procedure with at most ${MOST} dossiers: export one after the other`);
  }
  const used = new Set(kept.map(({ dossier }) => `${dossier.procedure} ${dossier.procedureVersion}`));
  const versions = (await readVersions(db, tenant)).filter(({ id, version }) => used.has(`${id} ${version}`));
  const documents = new Map(versions.map(({ id, version, document }) => [`${id} ${version}`, document]));
  const dossiers: MovedDossier[] = [];
  for (const each of kept) {
    const { procedure: id, procedureVersion } = each.dossier;
    const document = documents.get(`${id} ${procedureVersion}`);
    if (document === undefined) throw new Error(`there is no version ${procedureVersion} of ${id}`);
    dossiers.push(await movedDossier(parts, each, document));
  }
  const booked = new Set(dossiers.flatMap(({ booking }) => booking?.resource ?? []));
  const resources = [...(await readResources(db, tenant))].filter(([id]) => booked.has(id));
  return {
    format: 1,
    procedures: versions.map(
      ({ id, version, state, savedAt, publishedAt, document }): MovedVersion => ({
        id,
        version,
        state: state === 'published' ? 'published' : 'archived',
        savedAt: savedAt.toISOString(),
        ...(publishedAt && { publishedAt: publishedAt.toISOString() }),
        document,
      }),
    ),
    resources: resources.map(([id, resource]) => ({ id, ...resource })),
    dossiers,
  };
}

async function movedDossier(
  parts: ProcedureParts,
  { tenant, dossier }: KeptDossier,
  { form }: Procedure,
): Promise<MovedDossier> {
  const { db, secrets, keyed } = parts;
  const { procedureVersion, communeScope: _scope, isErased: _erased, effects, ...state } = dossier;
  const sender = await findSender(db, secrets, tenant, dossier.id);
  const events = await readEvents(db, secrets, tenant, dossier.id);
  const booking = await bookingOf(db, tenant, dossier.id);
  const { files, names } = await filesOf(parts, tenant, sender?.files ?? []);
  const tokens = new Map([...names].map(([id, name]) => [tokenOf(keyed, FILE_PURPOSE, tenant, id), name]));
  return {
    ...state,
    version: procedureVersion,
    pauses: state.pauses.map((pause) => ({ ...pause })),
    missing: state.missing && { ...state.missing, fields: [...state.missing.fields] },
    effects: effects.map(({ event, ...done }) => ({ ...done, event: events.findIndex(({ n }) => n === event) })),
    sender: sender && {
      language: sender.language,
      applicant: sender.applicant,
      ...(sender.vouched && { vouched: sender.vouched }),
      answers: withFiles(form, sender.answers, tokens),
    },
    events: events.map(({ n: _n, files: ids, ...event }) => ({
      ...event,
      ...(ids && { files: ids.flatMap((id) => names.get(id) ?? []) }),
    })),
    booking: booking && {
      resource: booking.resource,
      slot: booking.slot,
      from: booking.from.toISOString(),
      to: booking.to.toISOString(),
      amount: booking.amount,
      state: booking.state,
      ...(booking.state === 'offered' && booking.offeredUntil && { offeredUntil: booking.offeredUntil.toISOString() }),
    },
    files,
  };
}

/** The bytes of files, and by the id of each its name in the export. Those that were deleted are left out. */
async function filesOf({ files: store }: ProcedureParts, tenant: string, ids: readonly string[]) {
  const files: MovedDossier['files'][number][] = [];
  const names = new Map<string, string>();
  for (const id of ids) {
    const bytes = await store.read(tenant, id);
    if (bytes === undefined) continue;
    const name = `file-${files.length + 1}`;
    const isPdf = bytes.subarray(0, 4).toString('latin1') === '%PDF';
    files.push({ name, type: isPdf ? 'application/pdf' : 'image/jpeg', content: bytes.toString('base64') });
    names.set(id, name);
  }
  return { files, names };
}
