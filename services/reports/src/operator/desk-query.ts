import type { Values } from '@alzette/kit/parameters';
import type { EntityQuery } from '@alzette/ngsi-ld-schemas/client';
import type { DESK_FILTERS } from '../contract/desk.ts';
import { OPEN_STATUSES, STATUSES } from '../contract/report.ts';
import { REPORT_TYPE } from '../report/report-entity.ts';

/**
 * The broker query for the reports wanted; without a status, the open ones, unless a search names reports.
 *
 * @param numbers of the reports of a queue
 */
export function deskQueryOf(
  filters: Values<typeof DESK_FILTERS>,
  scopeOf: (commune: string) => string,
  numbers: readonly string[] | undefined,
  now = new Date(),
): Pick<EntityQuery, 'type' | 'q' | 'scopeQ'> {
  const {
    status,
    moderation,
    category,
    commune,
    organisation,
    assignee,
    id,
    asset,
    isLate,
    since,
    until,
    text,
    isUnanswered,
  } = filters;
  const statuses =
    status ?? (id === undefined && text === undefined && isUnanswered !== true ? OPEN_STATUSES : STATUSES);
  const terms = [
    `reportStatus==${statuses.map(quoted).join(',')}`,
    moderation && `moderation==${moderation.map(quoted).join(',')}`,
    category && `service_code==${category.map(quoted).join(',')}`,
    organisation && `agency_responsible==${quoted(organisation)}`,
    assignee && `assignee==${quoted(assignee)}`,
    id && `service_request_id==${quoted(id)}`,
    numbers && `service_request_id==${numbers.map(quoted).join(',')}`,
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
