import { documents } from '@alzette/kit/objects';
import { conflict, missing } from '@alzette/kit/problems';
import { answer, type Handlers } from '@alzette/kit/serve';
import type {
  DeskProcedure,
  Finding,
  ListedProcedure,
  Procedure,
  ProcedureContract,
  Processing,
  Version,
} from '../contract/contract.ts';
import { compileForm } from '../forms/compile-form.ts';
import { findingsOf } from '../forms/findings.ts';
import type { ProcedureParts } from '../parts.ts';
import { countOpen } from '../stored/dossier-rows.ts';
import {
  endPublished,
  type KeptVersion,
  publishDraft,
  readPublished,
  readVersions,
  readVersionsOf,
  removeUnused,
  saveDraft,
} from '../stored/version-rows.ts';

/** `/procedures`: which procedures there are, their versions, and what is wrong with them. */
export function procedureHandlers(parts: ProcedureParts): Handlers<ProcedureContract> {
  const { db, objects } = parts;
  const ofDesk = documents(objects.desk, async () => [true as const]);
  return {
    list: {
      objects: ofDesk,
      async handle({ tenant }) {
        const byId = Object.values(Object.groupBy(await readVersions(db, tenant), ({ id }) => id));
        const open = await countOpen(db, tenant);
        return { procedures: byId.flatMap((versions = []) => listed(versions, open)) };
      },
    },
    one: { objects: ofDesk, handle: ({ tenant, params: { id } }) => oneOf(parts, tenant, id) },
    check({ body }) {
      return { findings: findingsOf(body), form: compileForm(body.form) };
    },
    async save({ tenant, params: { id }, body }) {
      await saveDraft(db, tenant, id, body);
      return oneOf(parts, tenant, id);
    },
    async publish({ tenant, params: { id } }) {
      const [newest] = await readVersionsOf(db, tenant, id);
      if (newest === undefined) throw missing('procedure', id);
      const findings = findingsOf(newest.document);
      const errors = findings.filter(({ level }) => level === 'error');
      if (errors.length > 0) return answer(422, refusal(errors));
      if (newest.state !== 'draft') throw conflict(`procedure: version ${newest.version} of ${id} is no draft`);
      await db.transaction(async (tx) => {
        await endPublished(tx, tenant, id);
        if (!(await publishDraft(tx, tenant, id, newest.version)))
          throw conflict(`procedure: ${id} was published meanwhile`, 'changed');
      });
      return answer(200, await oneOf(parts, tenant, id));
    },
    async archive({ tenant, params: { id } }) {
      const [newest] = await readVersionsOf(db, tenant, id);
      if (newest === undefined) throw missing('procedure', id);
      await endPublished(db, tenant, id);
      return oneOf(parts, tenant, id);
    },
    async remove({ tenant, params: { id } }) {
      if ((await readVersionsOf(db, tenant, id)).length === 0) throw missing('procedure', id);
      await db.transaction(async (tx) => {
        await endPublished(tx, tenant, id);
        await removeUnused(tx, tenant, id);
      });
    },
    register: {
      objects: documents(objects.desk, async () => [true as const]),
      handle: async ({ tenant }) => ({ processing: (await readPublished(db, tenant)).map(processingOf) }),
    },
  };
}

function refusal(findings: readonly Finding[]) {
  const detail = findings.map(({ at, rule, text }) => `${at}: ${text.en ?? text.fr} (${rule})`).join('; ');
  return { type: 'about:blank', title: 'The procedure can not be published', status: 422, detail, findings };
}

function listed(versions: readonly KeptVersion[], open: ReadonlyMap<string, number>): ListedProcedure[] {
  const [newest] = versions;
  if (newest === undefined) return [];
  const { id, document } = newest;
  return [
    {
      id,
      title: document.title,
      topic: document.topic,
      versions: versions.map(shownVersion),
      open: open.get(id) ?? 0,
      document,
    },
  ];
}

function shownVersion({ version, state, savedAt, publishedAt }: KeptVersion): Version {
  return {
    version,
    state,
    savedAt: savedAt.toISOString(),
    ...(publishedAt && { publishedAt: publishedAt.toISOString() }),
  };
}

async function oneOf({ db }: ProcedureParts, tenant: string, id: string): Promise<DeskProcedure> {
  const [one] = listed(await readVersionsOf(db, tenant, id), await countOpen(db, tenant));
  if (one === undefined) throw missing('procedure', id);
  return { ...one, form: compileForm(one.document.form), findings: findingsOf(one.document) };
}

/** What the register of processing says of a procedure (RGPD, article 30). */
function processingOf({ id, document }: KeptVersion): Processing {
  const { title, privacy, form, functions } = document;
  const { purpose, legalBasis, recipients, keepDays } = privacy;
  return {
    procedure: id,
    title,
    purpose,
    legalBasis,
    ...(recipients && { recipients }),
    keepDays,
    fields: form.sections.flatMap(({ fields }) =>
      fields.flatMap(({ id: field, label, personal }) =>
        personal === undefined
          ? []
          : [
              {
                id: field,
                label,
                purpose: personal.purpose,
                keepDays: personal.keepDays ?? keepDays,
                seenBy: namesOf(functions, personal.seenBy),
              },
            ],
      ),
    ),
  };
}

function namesOf(functions: Procedure['functions'], ids: readonly string[] = []) {
  return ids.flatMap((id) => functions.find((each) => each.id === id)?.name ?? []);
}
