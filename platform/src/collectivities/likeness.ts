import { type AskProduct, mustAnswer, ProductRefusal } from '@alzette/packs/kinds';
import type { LeftOut, Likeness, Model, Taken } from '@alzette/territory';
import { DEFAULT_TENANT } from '@alzette/territory/paths';
import { type Found, MODEL_KINDS, type ModelKind, type Place } from './model-kinds.ts';

/** People, by whatever member a document names them. */
const PERSONS = /"(recipient|roster|user|person):|[\w.+-]@[\w-]+\.\w/;
/** Objects, files and places on the map. */
const OBJECTS = /urn:ngsi-ld:(?!Rule:)|"\/files\/|"(coordinates|center)":/;

/** What a collectivity that is founded like this one takes of it. */
export async function modelOf(from: Place): Promise<Model> {
  const { documents, leftOut } = await readModel(from);
  return { documents: documents.map(({ kind, found }) => shown(kind, found)), leftOut };
}

/**
 * Gives a new collectivity the configuration of another and of packs, with the rights of the founder to each document. What
 * is there stays; what is refused is left out, and told.
 */
export async function takeLikeness(
  to: Place,
  { collectivity, packs = [] }: Likeness,
  askIn: (tenant: string) => AskProduct,
): Promise<Taken> {
  let count = 0;
  const leftOut: LeftOut[] = [];
  const attempt = async (document: Omit<LeftOut, 'why'>, work: () => Promise<unknown>) => {
    try {
      await work();
      count += 1;
    } catch (error) {
      if (!(error instanceof ProductRefusal) || error.status >= 500) throw error;
      leftOut.push({ ...document, why: 'refused', detail: error.message });
    }
  };
  if (collectivity !== undefined) {
    const tenant = collectivity === DEFAULT_TENANT ? '' : collectivity;
    const model = await readModel({ ask: askIn(tenant), site: to.site, tenant });
    leftOut.push(...model.leftOut);
    for (const kind of MODEL_KINDS) {
      const known = new Set((await kind.read(to)).map(({ key }) => key));
      for (const { found } of model.documents.filter((each) => each.kind === kind)) {
        const fitting = kind.fit(found, tenant, to.tenant);
        if (!known.has(fitting.key)) await attempt(shown(kind, found), () => kind.put(to, fitting));
      }
    }
  }
  for (const id of packs) await attempt({ kind: 'packs', id }, () => install(to.ask, id));
  return { count, leftOut };
}

async function readModel(from: Place) {
  const namesPlaces = await placesOf(from);
  const documents: { readonly kind: ModelKind; readonly found: Found }[] = [];
  const leftOut: LeftOut[] = [];
  for (const kind of MODEL_KINDS) {
    for (const found of await kind.read(from)) {
      const text = JSON.stringify(found.document);
      const why = PERSONS.test(text) ? 'persons' : namesPlaces(text) ? 'places' : undefined;
      if (why === undefined) documents.push({ kind, found });
      else leftOut.push({ ...shown(kind, found), why });
    }
  }
  return { documents, leftOut };
}

/** Whether a text names objects or communes of a collectivity. */
async function placesOf({ ask }: Place): Promise<(text: string) => boolean> {
  const { communes } = (await mustAnswer(ask, 'GET', '/territory')) as {
    communes: readonly { readonly slug: string; readonly scope: string }[];
  };
  const names = communes.flatMap(({ slug, scope }) => [`"${slug}"`, scope]);
  return (text) => OBJECTS.test(text) || names.some((name) => text.includes(name));
}

function shown({ name }: ModelKind, { id, title }: Found) {
  return { kind: name, id, ...(title !== undefined && { title }) };
}

async function install(here: AskProduct, id: string): Promise<void> {
  const { packs } = (await mustAnswer(here, 'GET', '/packs')) as { packs: readonly { readonly id: string }[] };
  if (packs.some((pack) => pack.id === id)) return;
  const { digest } = (await mustAnswer(here, 'POST', '/packs/fetch', { body: { id } })) as { digest: string };
  await mustAnswer(here, 'PUT', `/packs/${id}`, { body: { digest } });
}
