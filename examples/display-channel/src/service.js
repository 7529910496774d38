import { contract, object, Type } from '@alzette/kit/contract';
import { forKnown } from '@alzette/kit/objects';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';

const KEPT = 20;
const SHOW = `
  INSERT INTO x_display.shown (tenant, board, id, line) VALUES ($1, $2, $3, $4) ON CONFLICT (tenant, board, id) DO NOTHING`;
const LINES = `
  SELECT board, line, at FROM x_display.shown WHERE tenant = $1 ORDER BY at DESC, id LIMIT ${KEPT}`;

const displayContract = contract(
  { lines: 'GET /x/display/lines' },
  {
    lines: {
      access: 'read',
      summary: 'What the display boards show, the latest first',
      answers: {
        200: Type.Array(
          object({ board: Type.String(), line: Type.String(), at: Type.String({ format: 'date-time' }) }),
        ),
      },
    },
  },
);

export default defineService({
  name: 'x_display',
  migrations: new URL('../migrations/', import.meta.url),
  needs: ['channelKinds'],
  async start({ app, db, channelKinds }) {
    // From now on, administrators can make channels of it, and rules and escalations send by them.
    channelKinds.add('x_display', {
      title: 'Display board',
      settings: ['board'],
      async send({ id, tenant, content, language }, { settings }) {
        const title = content.title[language] ?? content.title.fr;
        await db.query({ text: SHOW, values: [tenant, settings.board, id, title.slice(0, 120)] });
        return { outcome: 'sent', detail: settings.board };
      },
    });

    await serviceRoutes(app, '/x/display', (scope) =>
      serve(scope, displayContract, {
        lines: {
          objects: forKnown('display boards'),
          async handle({ tenant }) {
            const { rows } = await db.query({ text: LINES, values: [tenant] });
            return rows.map(({ board, line, at }) => ({ board, line, at: at.toISOString() }));
          },
        },
      }),
    );
    return {};
  },
});
