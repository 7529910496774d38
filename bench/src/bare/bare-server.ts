import { fastify } from 'fastify';
import pg from 'pg';
import { batched } from './micro-batch.ts';

/*
 * The minimum between HTTP and PostgreSQL, as a reference: no NGSI-LD, no checks, no subscriptions.
 *
 *     DATABASE_URL=… PORT=… node bench/src/bare/bare-server.ts
 *
 * It uses the table of bench/pgbench/schema.sql. Each write exists with a statement of its own, and grouped with all
 * waiting writes (/batched/…).
 */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 });
// Documents are passed through as text.
pg.types.setTypeParser(pg.types.builtins.JSONB, (text) => text);

const app = fastify();
app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));

interface ById {
  Params: { id: string };
}

app.get<ById>('/entities/:id', async (request, reply) => {
  const { rows } = await pool.query({
    name: 'retrieve',
    text: 'SELECT doc FROM entity WHERE id = $1',
    values: [request.params.id],
  });
  if (rows.length === 0) return reply.code(404).send();
  return reply.type('application/json').send(rows[0].doc);
});

// The queries of bench/pgbench, answered with the stored documents as an array.
const QUERIES: { readonly [name: string]: string } = {
  page: "SELECT doc FROM entity WHERE types[1] = 'BenchLamp' AND id > $1 ORDER BY id LIMIT 20",
  equality: "SELECT doc FROM entity WHERE doc -> 'street' ->> 'value' = $1 LIMIT 100",
  range: `SELECT doc FROM entity
    WHERE (doc -> 'energy' ->> 'value')::float8 >= $1 AND (doc -> 'energy' ->> 'value')::float8 < $1::float8 + 20`,
  near: `SELECT doc FROM entity, (SELECT ST_SetSRID(ST_MakePoint($1, $2), 4326) AS point) p
    WHERE loc && ST_Expand(point, $3::float8 / 72000.0, $3::float8 / 111000.0)
      AND ST_DWithin(loc::geography, point::geography, $3::float8) LIMIT $4`,
};

interface ByQuery {
  Params: { name: string };
  Querystring: { values: string };
}

app.get<ByQuery>('/queries/:name', async (request, reply) => {
  const { name } = request.params;
  const text = QUERIES[name];
  if (text === undefined) return reply.code(404).send();
  const { rows } = await pool.query({ name, text, values: request.query.values.split(',') });
  return reply.type('application/json').send(`[${rows.map(({ doc }) => doc).join(',')}]`);
});

const INSERT = `INSERT INTO entity (id, types, doc, loc)
  SELECT d ->> 'id', ARRAY[d ->> 'type'], d, ST_SetSRID(ST_GeomFromGeoJSON(d -> 'location' -> 'value'), 4326)
  FROM unnest($1::jsonb[]) d RETURNING id`;

app.post('/entities', async (request, reply) => {
  await pool.query({ name: 'create', text: INSERT, values: [[request.body]] });
  return reply.code(201).send();
});

const UPSERT = `${INSERT.replace(' RETURNING id', '')}
  ON CONFLICT (id) DO UPDATE SET doc = entity.doc || excluded.doc, loc = excluded.loc, modified_at = now()`;

app.post('/upsert', async (request, reply) => {
  const documents = (JSON.parse(request.body as string) as unknown[]).map((document) => JSON.stringify(document));
  await pool.query({ name: 'upsert', text: UPSERT, values: [documents] });
  return reply.code(204).send();
});

const create = batched(async (documents: string[]) => {
  await pool.query({ name: 'create', text: INSERT, values: [documents] });
});

app.post('/batched/entities', async (request, reply) => {
  await create(request.body as string);
  return reply.code(201).send();
});

const UPDATE = `WITH p AS (SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[]) u(id, attr, val)),
  u AS (UPDATE entity e SET doc = jsonb_set(e.doc, ARRAY[p.attr], (e.doc -> p.attr) || p.val), modified_at = now()
        FROM p WHERE e.id = p.id RETURNING e.id, p.attr, p.val)
  INSERT INTO history SELECT id, attr, now(), val, (val ->> 'value')::float8 FROM u`;

interface Change {
  readonly id: string;
  readonly attribute: string;
  readonly value: string;
}

const update = batched(
  async (changes: Change[]) => {
    const columns = [changes.map(({ id }) => id), changes.map(({ attribute }) => attribute)];
    await pool.query({ name: 'update', text: UPDATE, values: [...columns, changes.map(({ value }) => value)] });
  },
  ({ id }) => id,
);

interface ByAttribute {
  Params: { id: string; attribute: string };
}

app.patch<ByAttribute>('/entities/:id/attrs/:attribute', async (request, reply) => {
  const { id, attribute } = request.params;
  await pool.query({ name: 'update', text: UPDATE, values: [[id], [attribute], [request.body]] });
  return reply.code(204).send();
});

app.patch<ByAttribute>('/batched/entities/:id/attrs/:attribute', async (request, reply) => {
  await update({ ...request.params, value: request.body as string });
  return reply.code(204).send();
});

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
