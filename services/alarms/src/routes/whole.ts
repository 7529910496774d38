import { judgeOf } from '@alzette/kit/objects';
import type { FastifyRequest } from 'fastify';
import type { Kind, RecordState } from '../records/kind.ts';
import type { StoredRecord } from '../records/records.ts';

/** Whether the sender may read every attribute of a record's entity. Only then they see its journal, which tells of all. */
export async function mayReadWhole<State extends RecordState>(
  request: FastifyRequest,
  kind: Kind<State>,
  id: string,
  record: StoredRecord<State> | undefined,
): Promise<boolean> {
  const names = record === undefined ? [] : Object.keys(kind.attributesOf(record.state));
  return (await judgeOf(request).refused('read', [id], names)).size === 0;
}
