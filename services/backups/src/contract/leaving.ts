import { contract, flag, identifier, media, object, Type, text } from '@alzette/kit/contract';
import { LEAVING } from './paths.ts';

const TAR = 'application/x-tar';
/** Of an archive that is sent to us. */
export const MAX_ARCHIVE_BYTES = 50 * 1024 ** 3;

const LeftOut = Type.Array(object({ what: Type.String(), rows: Type.Number(), reason: Type.String() }), {
  description: 'What is of the tenant and not in the archive',
});
const Counts = { tables: Type.Integer(), rows: Type.Number(), files: Type.Integer() };
const INTO = {
  as: text({ required: true, max: 50 }),
  withoutRights: flag({ default: false }),
};
const Certificate = object({
  product: Type.String(),
  tenant: Type.String(),
  deletedAt: Type.String({ format: 'date-time' }),
  by: Type.String(),
  tables: Type.Array(object({ table: Type.String(), rows: Type.Number(), sum: Type.String() })),
  rows: Type.Number(),
  files: Type.Integer(),
  backups: Type.Array(Type.String(), { description: 'Earlier backups, which contain it until they expire' }),
  sha256: Type.String({ description: 'Of the JSON of all members before it' }),
});

/** Export, import and deletion of everything of one tenant. */
export const leavingContract = contract(LEAVING, {
  download: {
    access: 'administer',
    recentSignIn: true,
    summary: 'An archive of everything of the tenant of the request, as of one moment',
    query: {
      recipient: text({ max: 100 }),
    },
    answers: { 200: media(TAR) },
  },
  upload: {
    access: 'administerAll',
    recentSignIn: true,
    summary: 'Imports an archive into a tenant without data: all of it, or nothing',
    query: INTO,
    body: media(TAR),
    bodyLimit: MAX_ARCHIVE_BYTES,
    answers: { 201: object({ tenant: Type.String(), from: Type.String(), ...Counts, leftOut: LeftOut }) },
  },
  compare: {
    access: 'administerAll',
    recentSignIn: true,
    summary: 'Compares an archive with a tenant, row by row and file by file',
    query: INTO,
    body: media(TAR),
    bodyLimit: MAX_ARCHIVE_BYTES,
    answers: {
      200: object({
        ...Counts,
        differences: Type.Array(Type.String(), { description: 'Empty: every row and file is as in the archive' }),
        settled: Type.Array(Type.String(), { description: 'Differences in what the product itself goes on writing' }),
      }),
    },
  },
  remove: {
    access: 'administerAll',
    recentSignIn: true,
    summary: 'Deletes everything of a tenant; `confirm` repeats its name',
    params: { tenant: identifier() },
    query: { confirm: text({ required: true, max: 100 }) },
    answers: { 200: Certificate },
  },
});

export type LeavingContract = typeof leavingContract;
