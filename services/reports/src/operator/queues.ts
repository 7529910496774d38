import type { Queryable } from '@alzette/kit/database';
import type { DeskReport } from '../contract/desk.ts';

/** What only this service knows of reports, and not their entities: texts, and what was written in the journal. */
export interface Queue {
  readonly text?: string | undefined;
  /** An actor with an entry in the journal. */
  readonly handledBy?: string | undefined;
  /** Whether the author has written something since the desk last did something. */
  readonly isUnanswered?: boolean | undefined;
}

/** As many as one answer has. */
const MOST = 500;
const FIND = `
  SELECT r.id FROM reports.report r LEFT JOIN reports.author a ON a.tenant = $1 AND a.report = r.id
  WHERE r.tenant = $1
    AND ($2::text IS NULL OR strpos(lower(concat_ws(' ', r.id, r.state->>'publicText', r.state->>'publicAddress',
      a.words->>'text', a.words->>'address')), lower($2)) > 0)
    AND ($3::text IS NULL OR EXISTS (
      SELECT FROM reports.entry e WHERE e.tenant = $1 AND e.report = r.id AND e.actor = $3))
    AND ($4::boolean IS NULL OR $4 = EXISTS (
      SELECT FROM reports.entry e WHERE e.tenant = $1 AND e.report = r.id AND e.actor = 'author'
        AND (e.text IS NOT NULL OR e.act IN ('add', 'reopen')) AND e.act <> 'report' AND NOT EXISTS (
          SELECT FROM reports.entry later WHERE later.tenant = $1 AND later.report = r.id AND later.n > e.n
            AND later.actor <> 'author' AND later.actor NOT LIKE 'service:%')))
  ORDER BY r.requested_at DESC LIMIT ${MOST}`;

/** The newest reports of a queue; undefined: nothing is asked that their entities do not tell. */
export async function reportsInQueue(
  db: Queryable,
  tenant: string,
  { text, handledBy, isUnanswered }: Queue,
): Promise<string[] | undefined> {
  if (text === undefined && handledBy === undefined && isUnanswered === undefined) return undefined;
  const values = [tenant, text ?? null, handledBy ?? null, isUnanswered ?? null];
  return (await db.query<{ id: string }>({ text: FIND, values })).rows.map(({ id }) => id);
}

/** Whether the reader is shown why the report is in the queue: who may not moderate it sees only what is public. */
export function isShownInQueue(report: DeskReport, { text, isUnanswered }: Queue): boolean {
  if (isUnanswered !== undefined && !report.mayModerate) return false;
  if (text === undefined) return true;
  const { id, publicText, publicAddress, words } = report;
  const shown = [id, publicText, publicAddress, words.text, words.address];
  return shown.some((each) => each?.toLowerCase().includes(text.toLowerCase()));
}
