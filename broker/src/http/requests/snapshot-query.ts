import type { Context } from '../../context/contexts.ts';
import type { JsonObject } from '../../model/values.ts';
import { checkTemporalQuery, selectionOf } from '../../operations/temporal/evolution-query.ts';
import { checkLinkDepth, checkNotTooWide } from '../../query/entity-query.ts';
import type { SnapshotQueries } from '../../snapshots/fill-snapshot.ts';
import type { SnapshotDocument } from '../../snapshots/snapshot.ts';
import { filterTexts } from './filter-texts.ts';
import { readBodyQuery } from './query-body.ts';
import { readEvolution, temporalParameters } from './temporal-query.ts';

/** Reads the queries of a snapshot (5.2.41). @throws NgsiLdError BadRequestData: names the member */
export function readSnapshotQueries(
  { snapshotQueries = [], snapshotTemporalQueries = [] }: SnapshotDocument,
  context: Context,
): SnapshotQueries {
  return {
    queries: snapshotQueries.map((document) => {
      const { query, parameters } = readBodyQuery(document, {}, context);
      checkNotTooWide(query);
      checkLinkDepth(query);
      return { query, texts: filterTexts(parameters) };
    }),
    temporalQueries: snapshotTemporalQueries.map((document) => readTemporal(document, context)),
  };
}

/** Snapshots contain complete evolutions; aggregation is left to later queries. */
function readTemporal({ aggrParams: _, ...document }: JsonObject, context: Context) {
  const { body, parameters: all } = temporalParameters(document, {});
  const { query, parameters } = readBodyQuery(body, all, context);
  const evolution = readEvolution(parameters, query.projection);
  checkTemporalQuery(query, evolution);
  const asked = { ...evolution.asked, ...(query.scopeQ && { scopeQ: query.scopeQ }) };
  return { selection: selectionOf(query, evolution), asked };
}
