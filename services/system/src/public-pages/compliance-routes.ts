import { readPath, text } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import { readNorms, reportOf, summaryOf } from '../compliance/norms.ts';
import { complianceContract } from '../contract/compliance.ts';
import { compliancePage, normPage } from './compliance-pages.ts';
import { pageRoute } from './page-routes.ts';

const NORM = { norm: text({ max: 40 }) };

/** Which norms the product keeps: for programs and for people. */
export async function complianceRoutes({ app }: Pick<ServiceContext, 'app'>): Promise<void> {
  const norms = readNorms();
  const all = () => norms.map((norm) => summaryOf(norm, new Date()));
  const one = (id: string | undefined) => {
    const norm = norms.find((each) => each.id === id);
    if (norm === undefined) throw missing('norm', id ?? '');
    return reportOf(norm, new Date());
  };
  await serviceRoutes(app, '/public/compliance', (scope) =>
    serve(scope, complianceContract, { norms: async () => all(), norm: async ({ params }) => one(params.norm) }),
  );
  await serviceRoutes(app, '/compliance', (scope) => {
    pageRoute(scope, {
      path: '',
      summary: 'The public page about compliance',
      page: (_request, language) => compliancePage(all(), language),
    });
    pageRoute(scope, {
      path: '/:norm',
      summary: 'The public page about a norm',
      page: (request, language) => normPage(one(readPath(request, NORM).norm), language),
    });
  });
}
