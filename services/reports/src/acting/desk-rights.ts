import type { ServiceContext } from '@alzette/kit/service';
import { serviceRequest } from '@alzette/ngsi-ld-schemas/models';
import type { FastifyRequest } from 'fastify';
import type { Report } from '../report/report.ts';
import { scopesOf } from '../report/report-entity.ts';

type Scoped = Pick<Report, 'communeScope' | 'organisation'>;

/** What who asks may do at the desk. */
export interface DeskRights {
  /** Answer and note: whoever may write the report, so a contractor what was given to them. */
  mayAct(report: Scoped): boolean;
  /** See what its author wrote and gave, publish, merge and give it out: whoever may write what lies in its commune. */
  mayModerate(report: Pick<Scoped, 'communeScope'>): boolean;
  /** See all reports with this scope: those of a commune, or of an organisation. */
  mayCount(scope: string): boolean;
}

type Rights = Pick<ServiceContext, 'mayRead' | 'mayWrite'>;

export function deskRights({ mayRead, mayWrite }: Rights, request: FastifyRequest): DeskRights {
  const plan = (scopes: string[]) => ({
    id: `urn:ngsi-ld:${serviceRequest.type}:any`,
    types: [serviceRequest.iri],
    scopes,
  });
  return {
    mayAct: (report) => mayWrite(request, plan(scopesOf(report))),
    mayModerate: ({ communeScope }) => mayWrite(request, plan([communeScope])),
    mayCount: (scope) => mayRead(request, plan([scope])),
  };
}
