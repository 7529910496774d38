import type { ServiceContext } from '@alzette/kit/service';
import { serviceRequest } from '@alzette/ngsi-ld-schemas/models';
import type { FastifyRequest } from 'fastify';
import type { Report } from '../report/report.ts';
import { scopesOf } from '../report/report-entity.ts';

type Scoped = Pick<Report, 'communeScope' | 'organisation'>;

/** The rights of the caller at the desk. */
export interface DeskRights {
  /** Answer and note: requires the right to write the report, so a contractor may for the reports assigned to it. */
  mayAct(report: Scoped): boolean;
  /**
   * See the author's text and contact, publish, merge and assign: requires the right to write in the report's commune.
   */
  mayModerate(report: Pick<Scoped, 'communeScope'>): boolean;
  /** See all reports with this scope: of a commune or an organisation. */
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
