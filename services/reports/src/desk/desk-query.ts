import { dateTime, flag, identifier, listOf, oneOf, text, type Values, wholeNumber } from '@alzette/kit/parameters';
import type { EntityQuery } from '@alzette/ngsi-ld-schemas/client';
import { MODERATIONS, OPEN_STATUSES, STATUSES } from '../report/report.ts';
import { REPORT_TYPE } from '../report/report-entity.ts';

const WORD = text({ max: 100, pattern: /^[\p{L}\p{N}_.-]+$/u, expected: 'a word' });

/** Filters of the inbox; also in the URL of the page. */
export const DESK_FILTERS = {
  status: listOf(oneOf(STATUSES), { max: STATUSES.length }),
  moderation: listOf(oneOf(MODERATIONS), { max: MODERATIONS.length }),
  category: listOf(identifier(), { max: 30 }),
  commune: identifier(),
  organisation: WORD,
  assignee: WORD,
  id: text({ max: 10, pattern: /^[0-9A-Z]{10}$/, expected: 'the number of a report' }),
  asset: text({ max: 300, pattern: /^urn:[\w:.-]+$/, expected: 'the id of an entity' }),
  isLate: flag(),
  since: dateTime(),
  until: dateTime(),
};
export const PAGE = {
  limit: wholeNumber({ min: 1, max: 500, default: 100 }),
  offset: wholeNumber({ min: 0, max: 100_000, default: 0 }),
};

/** The broker query for the reports wanted; without a status, the open ones. */
export function deskQueryOf(
  filters: Values<typeof DESK_FILTERS>,
  scopeOf: (commune: string) => string,
  now = new Date(),
): Pick<EntityQuery, 'type' | 'q' | 'scopeQ'> {
  const { status, moderation, category, commune, organisation, assignee, id, asset, isLate, since, until } = filters;
  const statuses = status ?? (id === undefined ? OPEN_STATUSES : STATUSES);
  const terms = [
    `reportStatus==${statuses.map(quoted).join(',')}`,
    moderation && `moderation==${moderation.map(quoted).join(',')}`,
    category && `service_code==${category.map(quoted).join(',')}`,
    organisation && `agency_responsible==${quoted(organisation)}`,
    assignee && `assignee==${quoted(assignee)}`,
    id && `service_request_id==${quoted(id)}`,
    asset && `refAsset==${quoted(asset)}`,
    isLate === undefined ? undefined : `expected_datetime${isLate ? '<' : '>='}${now.toISOString()}`,
    since && `requested_datetime>=${since.toISOString()}`,
    until && `requested_datetime<${until.toISOString()}`,
  ].filter((term) => term !== undefined && term !== '');
  return { type: REPORT_TYPE, q: terms.join(';'), ...(commune !== undefined && { scopeQ: scopeOf(commune) }) };
}

function quoted(value: string): string {
  return JSON.stringify(value);
}
