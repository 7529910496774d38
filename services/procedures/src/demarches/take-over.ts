import { createHash } from 'node:crypto';
import { download } from '@alzette/kit/download';
import { missing, Problem, refused } from '@alzette/kit/problems';
import { tokenOf } from '@alzette/kit/sealed-key';
import { MAX_FILE_BYTES, type Procedure, type TakenOver, type TakeOver } from '../contract/contract.ts';
import type { Answers, Field } from '../contract/form.ts';
import { record } from '../dossiers/record.ts';
import { FILE_PURPOSE } from '../forms/check-answers.ts';
import type { ProcedureParts } from '../parts.ts';
import { FILE_OWNER, originOf, submit } from '../sending/send.ts';
import { findByOrigin } from '../stored/dossier-rows.ts';
import { findPublished } from '../stored/version-rows.ts';
import { answerOf, NOT_TAKEN } from './answer-of.ts';
import { type Asked, askDemarches, failed } from './ask.ts';
import {
  type Champ,
  type ChampFile,
  DELETED_DOSSIERS,
  type DemarcheDossier,
  OPEN_DOSSIERS,
  type Page,
} from './query.ts';

const DEFAULT_URL = 'https://demarche.numerique.gouv.fr/api/v2/graphql';
const DEFAULT_WAIT_S = 30;
const OPEN_STATES = ['en_construction', 'en_instruction'] as const;
/** A server that always has a next page ends here. */
const MOST_PAGES = 500;

/**
 * Takes over the open dossiers of a démarche. The time of the desk runs from the day on which they were sent there. One that was taken over
 * before stays as it is here, so what was interrupted can be repeated.
 *
 * @throws Problem 404: no such procedure is published; 400: names the field; 502: what Démarches simplifiées answers
 */
export async function takeOver(parts: ProcedureParts, tenant: string, wish: TakeOver): Promise<TakenOver> {
  const { db, outgoing } = parts;
  const version = await findPublished(db, tenant, wish.procedure);
  if (version === undefined) throw missing('procedure', wish.procedure);
  const { document } = version;
  const fields = fieldsOf(document, wish);
  const asked = {
    outgoing,
    url: wish.url ?? DEFAULT_URL,
    token: wish.token,
    waitMs: (wish.waitS ?? DEFAULT_WAIT_S) * 1000,
  };
  const result = { taken: 0, present: 0, refused: [] as TakenOver['refused'][number][] };
  for (const state of OPEN_STATES) {
    for await (const dossier of pagesOf<DemarcheDossier>(asked, OPEN_DOSSIERS, { number: wish.number, state })) {
      if ((await takenBefore(parts, tenant, wish, dossier.number)) !== undefined) {
        result.present += 1;
        continue;
      }
      const reasons = await take(parts, tenant, { wish, asked, dossier, fields, version: version.version });
      if (reasons.length === 0) result.taken += 1;
      else result.refused.push({ number: dossier.number, reasons });
    }
  }
  const deleted: TakenOver['deleted'][number][] = [];
  for await (const { number } of pagesOf<{ number: number }>(asked, DELETED_DOSSIERS, { number: wish.number })) {
    const id = await takenBefore(parts, tenant, wish, number);
    if (id !== undefined) deleted.push({ number, id });
  }
  return { ...result, deleted };
}

/** The fields that are answered, by their id. @throws Problem 400 */
function fieldsOf({ form }: Procedure, { fields }: TakeOver): ReadonlyMap<string, Field> {
  const known = new Map(form.sections.flatMap((section) => section.fields.map((field) => [field.id, field])));
  for (const id of Object.keys(fields)) {
    const field = known.get(id);
    if (field === undefined) throw refused(`fields.${id}`, fields[id], `one of ${[...known.keys()].join(', ')}`);
    if (NOT_TAKEN.has(field.kind)) throw refused(`fields.${id}`, field.kind, 'a field that is not of this kind');
  }
  return known;
}

type Variables = { readonly [name: string]: string | number | null };

async function* pagesOf<Node>(asked: Asked, query: string, variables: Variables): AsyncGenerator<Node> {
  let after: string | null = null;
  for (let n = 0; n < MOST_PAGES; n += 1) {
    const data: { demarche: Record<string, unknown> | null } = await askDemarches(asked, query, {
      ...variables,
      after,
    });
    if (!data.demarche) throw failed(`there is no démarche ${variables.number}`);
    const page = (data.demarche.dossiers ?? data.demarche.deletedDossiers) as Page<Node> | undefined;
    if (!Array.isArray(page?.nodes)) throw failed('its answer has no list of dossiers');
    yield* page.nodes;
    const { hasNextPage, endCursor } = page.pageInfo;
    if (!hasNextPage || endCursor === null || endCursor === after) return;
    after = endCursor;
  }
}

function keyOf({ number }: Pick<TakeOver, 'number'>, dossier: number): string {
  return `demarches-simplifiees ${number} ${dossier}`;
}

async function takenBefore({ db }: ProcedureParts, tenant: string, wish: TakeOver, dossier: number) {
  return (await findByOrigin(db, tenant, originOf(wish.procedure, keyOf(wish, dossier))))?.dossier.id;
}

interface Taking {
  readonly wish: TakeOver;
  readonly asked: Asked;
  readonly dossier: DemarcheDossier;
  readonly fields: ReadonlyMap<string, Field>;
  readonly version: number;
}

/** @returns why it can't be taken over; empty: it is */
async function take(parts: ProcedureParts, tenant: string, taking: Taking): Promise<string[]> {
  const { wish, dossier, version } = taking;
  const { answers, reasons } = await answersOf(parts, tenant, taking);
  if (reasons.length > 0) return reasons;
  const now = new Date(dossier.dateDepot);
  const given = { version, language: 'fr', applicant: applicantOf(dossier), answers } as const;
  const submission = { tenant, procedure: wish.procedure, given, key: keyOf(wish, dossier.number), now };
  const sent = await submit(parts, submission).catch((error: unknown) => {
    if (error instanceof Problem && error.status < 500) return error;
    throw error;
  });
  if (sent instanceof Problem) return [sent.message];
  if ('faults' in sent) return sent.faults.map(({ field, text }) => `${field}: ${text.fr}`);
  const text = `Démarches simplifiées n° ${dossier.number}, ${dossier.state}`;
  await parts.db.transaction((tx) =>
    record(
      parts,
      tx,
      { tenant, id: sent.dossier.id },
      { at: new Date(), by: 'product', act: 'note', text, key: 'origin' },
    ),
  );
  return [];
}

async function answersOf(parts: ProcedureParts, tenant: string, taking: Taking) {
  const { wish, dossier, fields } = taking;
  const { communes } = parts.territories.of(tenant);
  const answers: Record<string, unknown> = {};
  const reasons: string[] = [];
  for (const [id, from] of Object.entries(wish.fields)) {
    const field = fields.get(id);
    const champ = dossier.champs.find(({ champDescriptorId, label }) => champDescriptorId === from || label === from);
    if (field === undefined || champ === undefined) continue; // another revision of the démarche has no such field
    try {
      const answer =
        field.kind === 'file' ? await filesOf(parts, tenant, taking, champ) : answerOf(field, champ, communes);
      if (answer !== undefined) answers[id] = answer;
    } catch (error) {
      reasons.push((error as Error).message);
    }
  }
  return { answers: answers as Answers, reasons };
}

/** The tokens of files that are stored here. @throws Error: says which file can't be taken over */
async function filesOf(
  { files, keyed, outgoing }: ProcedureParts,
  tenant: string,
  { wish, asked, dossier }: Taking,
  champ: Champ,
): Promise<string[] | undefined> {
  const tokens: string[] = [];
  for (const { filename, url, checksum } of champ.files ?? ([] as readonly ChampFile[])) {
    const bytes = await download(outgoing, url, { maxBytes: MAX_FILE_BYTES, withinMs: asked.waitMs });
    if (createHash('md5').update(bytes).digest('base64') !== checksum)
      throw new Error(`${filename} is not what its checksum says`);
    const key = `${keyOf(wish, dossier.number)} ${checksum}`;
    const { id } = await files.put(tenant, bytes, { owner: { kind: FILE_OWNER }, visibility: 'private', key });
    tokens.push(tokenOf(keyed, FILE_PURPOSE, tenant, id));
  }
  return tokens.length > 0 ? tokens : undefined;
}

function applicantOf({ demandeur, usager }: DemarcheDossier) {
  const { nom, prenom, siret, entreprise, association } = demandeur;
  const person = [prenom, nom].filter(Boolean).join(' ');
  const name = association?.titre || entreprise?.raisonSociale || person || siret || usager?.email || '–';
  const kind = association ? 'association' : demandeur.__typename === 'PersonnePhysique' ? 'citizen' : 'company';
  return { kind, name: name.slice(0, 200), ...(usager?.email && { email: usager.email }) } as const;
}
