/** A configuration document, in the form of files and of the API. */
export interface ConfigurationDocument {
  readonly id: string;
  readonly [member: string]: unknown;
}

/** A kind of configuration that a territory's folder can contain: a subfolder of documents. */
export interface ConfigurationKind {
  /** The name of the subfolder and of the kind. */
  readonly folder: string;
  /** The path of the list of all documents. */
  readonly list: string;
  /** Extracts the documents from the answer to that path. */
  documents(answer: unknown): readonly ConfigurationDocument[];
  /** The API's defaults for missing members. */
  readonly defaults?: { readonly [member: string]: unknown };
}

/** The documents in a member of the answer. */
function inMember(name: string) {
  return (answer: unknown) => (answer as { readonly [member: string]: readonly ConfigurationDocument[] })[name] ?? [];
}

/** In the order of application: rules refer to escalations, these to groups, and these to recipients. */
export const CONFIGURATION_KINDS: readonly ConfigurationKind[] = [
  {
    folder: 'policies',
    list: '/ops/access/policies',
    documents: (policies) =>
      (policies as readonly (ConfigurationDocument & { builtIn?: boolean })[]).filter(
        ({ builtIn }) => builtIn !== true,
      ),
    defaults: { tenants: [''] },
  },
  { folder: 'profiles', list: '/iot/registry/profiles', documents: inMember('profiles') },
  { folder: 'recipients', list: '/channels/recipients', documents: inMember('recipients') },
  { folder: 'rosters', list: '/channels/rosters', documents: inMember('rosters') },
  { folder: 'groups', list: '/channels/groups', documents: inMember('groups') },
  { folder: 'escalations', list: '/alarms/escalations', documents: inMember('escalations') },
  {
    folder: 'rules',
    list: '/rules',
    documents: (answer) =>
      (answer as { rules: readonly { rule: ConfigurationDocument }[] }).rules.map(({ rule }) => rule),
  },
  {
    folder: 'lighting-strategies',
    list: '/lighting/strategies',
    documents: (answer) =>
      (answer as { strategies: readonly { id: string; document: object }[] }).strategies.map(({ id, document }) => ({
        id,
        ...document,
      })),
  },
];

/** The path of one document. */
export function pathOf({ list }: ConfigurationKind, id: string): string {
  return `${list}/${encodeURIComponent(id)}`;
}
