import {
  type AskProduct,
  type ConfigurationDocument,
  type ConfigurationKind,
  listDocuments,
  mustAnswer,
  putDocument,
} from '@alzette/packs/kinds';
import { CONFIGURATION_KINDS } from '../territory-files/configuration-kinds.ts';

/** A collectivity, asked with the rights of the founder. */
export interface Place {
  readonly ask: AskProduct;
  /** The installation, which has the policies of all. */
  readonly site: AskProduct;
  readonly tenant: string;
}

export interface Found {
  readonly id: string;
  readonly title?: string;
  /** The same of what is the same in both collectivities. */
  readonly key: string;
  readonly document: object;
}

/** What a collectivity takes of the one that it is founded like. */
export interface ModelKind {
  readonly name: string;
  /** Without what is of people. */
  read(place: Place): Promise<readonly Found[]>;
  /** As it is in the new one. */
  fit(found: Found, from: string, to: string): Found;
  put(place: Place, found: Found): Promise<unknown>;
}

interface KnownPolicy extends ConfigurationDocument {
  readonly who: { readonly roles?: readonly string[] };
  readonly tenants?: readonly string[];
}

/** Roles of that one alone, with what their holders may do. Nobody gets a role by it. */
const ROLES: ModelKind = {
  name: 'policies',
  async read({ site, tenant }) {
    const policies = (await mustAnswer(site, 'GET', '/ops/access/policies')) as readonly KnownPolicy[];
    const isOwn = ({ id, who: { roles = [], ...others }, tenants, until }: KnownPolicy) =>
      tenants?.length === 1 &&
      tenants[0] === tenant &&
      [id, ...roles].every((each) => each.startsWith(`${tenant}.`)) &&
      Object.keys(others).length === 0 &&
      until === undefined; // what ends by itself is for a person
    return policies.filter(isOwn).map(({ id, ...document }) => ({ id, key: id, document }));
  },
  fit({ id, document }, from, to) {
    const key = renamed(id, from, to);
    const { who } = document as KnownPolicy;
    const roles = (who.roles ?? []).map((role) => renamed(role, from, to));
    return { id: key, key, document: { ...document, who: { roles }, tenants: [to] } };
  },
  async put({ site }, { id, document }) {
    for (const role of (document as KnownPolicy).who.roles ?? []) {
      await mustAnswer(site, 'PUT', `/ops/identity/roles/${role}`, { body: { description: role } });
    }
    await mustAnswer(site, 'PUT', `/ops/access/policies/${id}`, { body: document });
  },
};

function renamed(name: string, from: string, to: string): string {
  return name.startsWith(`${from}.`) ? `${to}.${name.slice(from.length + 1)}` : name;
}

type Fit = ModelKind['fit'];

const unchanged: Fit = (found) => found;

const rolesRenamed: Fit = (found, from, to) => {
  const { roles = [] } = found.document as { readonly roles?: readonly string[] };
  return { ...found, document: { ...found.document, roles: roles.map((role) => renamed(role, from, to)) } };
};

/** Documents of a kind of configuration. @param without members that are of people */
function documentsOf(
  folder: string,
  { without = [], given = {}, fit = unchanged }: { without?: readonly string[]; given?: object; fit?: Fit } = {},
): ModelKind {
  const kind = CONFIGURATION_KINDS.find((each) => each.folder === folder) as ConfigurationKind;
  return {
    name: folder,
    async read({ ask }) {
      return (await listDocuments(ask, kind)).map(({ id, ...members }) => {
        const title = titleOf(members);
        const kept = Object.entries(members).filter(([member]) => !without.includes(member));
        const document = { ...Object.fromEntries(kept), ...given };
        return { id, key: id, ...(title !== undefined && { title }), document };
      });
    },
    fit,
    put: ({ ask }, { id, document }) => putDocument(ask, kind, { ...document, id }),
  };
}

/** French, because every text exists in it. */
function titleOf({ title, name }: { readonly title?: unknown; readonly name?: unknown }): string | undefined {
  const text = title ?? name;
  if (typeof text === 'string') return text;
  const { fr } = (text ?? {}) as { readonly fr?: unknown };
  return typeof fr === 'string' ? fr : undefined;
}

interface KnownItem {
  readonly id: string;
  readonly isPublic: boolean;
  readonly owner: string;
  readonly document: { readonly texts: { readonly fr?: { readonly title?: string } }; readonly page?: object };
}

/** Pages of the whole collectivity, as drafts without pictures, because the places in their texts are those of the other. */
const PAGES: ModelKind = {
  name: 'pages',
  async read({ ask }) {
    const { items } = (await mustAnswer(ask, 'GET', '/publishing/items?kind=page')) as {
      items: readonly KnownItem[];
    };
    return items
      .filter(({ owner }) => owner === '')
      .map(({ id, document: { texts, page } }) => {
        const title = texts.fr?.title;
        const document = { texts, ...(page !== undefined && { page }) };
        return { id, key: JSON.stringify(texts), ...(title !== undefined && { title }), document };
      });
  },
  fit: unchanged,
  put: ({ ask }, { document }) =>
    mustAnswer(ask, 'POST', '/publishing/items', { body: { kind: 'page', owner: '', state: 'draft', document } }),
};

/** In the order of their references. */
export const MODEL_KINDS: readonly ModelKind[] = [
  ROLES,
  documentsOf('groups', { given: { members: [] } }),
  documentsOf('escalations'),
  documentsOf('rules'),
  documentsOf('lighting-strategies'),
  documentsOf('report-categories', { without: ['contact', 'contacts', 'organisation'] }),
  documentsOf('dashboards', { fit: rolesRenamed }),
  PAGES,
];
