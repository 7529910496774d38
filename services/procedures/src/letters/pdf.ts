import { clientGone } from '@alzette/kit/compute';
import { TAGGED_PDF, type TaggedDocument } from '@alzette/kit/pdf';
import type { FastifyReply } from 'fastify';
import type { ProcedureParts } from '../parts.ts';

/** A letter as PDF, made in a thread. */
export async function pdf(
  { compute }: Pick<ProcedureParts, 'compute'>,
  tenant: string,
  reply: FastifyReply,
  name: string,
  document: TaggedDocument,
): Promise<Buffer> {
  reply.header('content-disposition', `inline; filename="${name}.pdf"`);
  return Buffer.from(await compute.run(TAGGED_PDF, document, { tenant, signal: clientGone(reply) }));
}
