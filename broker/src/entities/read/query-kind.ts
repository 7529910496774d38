import { serialize } from 'node:v8';
import type { Caller } from '../../access/caller.ts';
import type { StoredQuery } from '../../query/entity-query.ts';
import type { QNode } from '../../query/q/q-tree.ts';
import type { TargetPath } from '../../query/q/target-path.ts';
import { restriction } from './q-sql/access-filter.ts';

/**
 * The same text for all queries of a tenant that differ only in their values and their page. Undefined for queries by
 * type or id only, which are always fast.
 */
export function queryKind(caller: Caller, query: StoredQuery): string | undefined {
  const { selectors = [], attrs, q, geoQ, scopeQ, ordering, count } = query;
  if (selectors.some(({ ids }) => ids !== undefined)) return undefined;
  const hasPattern = selectors.some(({ idPattern }) => idPattern !== undefined);
  if (!attrs && !q && !geoQ && !scopeQ && !ordering && !hasPattern) return undefined;
  const types = selectors.map(({ types: each }) => (each?.kind === 'anyOf' ? each.groups.join() : '*')).join('|');
  const geo = geoQ && `${geoQ.geoproperty} ${geoQ.kind === 'near' ? geoQ.bound : geoQ.relation}`;
  const order = ordering?.terms.map(({ path, direction }) => `${pathText(path)} ${direction}`).join();
  const who = `${caller.tenant} ${restriction(caller) === undefined ? '' : 'restricted'}`;
  return `${who}\n${types}\n${attrs?.join() ?? ''}\n${q ? conditionText(q) : ''}\n${geo ?? ''}\n${order ?? ''}\n${scopeQ ? 'scope' : ''}${hasPattern ? 'pattern' : ''}${count ? 'count' : ''}`;
}

/** The same for queries with the same answer. Undefined for a caller with limited rights. */
export function querySame(caller: Caller, query: StoredQuery): string | undefined {
  if (restriction(caller) !== undefined) return undefined;
  const { selectors, attrs, q, geoQ, scopeQ, ordering, limit, offset, count } = query;
  const all = [caller.tenant, selectors, attrs, q, geoQ, scopeQ, ordering, limit, offset, count];
  return serialize(all).toString('latin1'); // unlike JSON, it keeps all numbers apart
}

function conditionText(node: QNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.operands.map(conditionText).join(` ${node.kind} `)})`;
    case 'link':
      return `${node.relationship}{${conditionText(node.inner)}}`;
    case 'term':
      return `${pathText(node.path)} ${node.test.kind}`;
  }
}

function pathText(path: TargetPath): string {
  switch (path.kind) {
    case 'entityMember':
      return path.member;
    case 'instanceMember':
      return `${path.names.join('.')}.${path.member}`;
    case 'value':
      return `${path.names.join('.')}[${path.members.join('.')}]`;
  }
}
