/** A document of the configuration, as it lies in a file and as the API takes it. */
export interface ConfigurationDocument {
  readonly id: string;
  readonly [member: string]: unknown;
}

/** What of a running product can lie in a territory's folder: a folder of documents for each. */
export interface ConfigurationKind {
  /** In the territory's folder; also what the kind is called. */
  readonly folder: string;
  /** Path that lists all of them. */
  readonly list: string;
  /** Of the answer to that path, as the API describes it. */
  documents(answer: unknown): readonly ConfigurationDocument[];
  /** What the API adds to a document that leaves it out. */
  readonly defaults?: { readonly [member: string]: unknown };
}

/** Documents in a member of the answer. */
function inMember(name: string) {
  return (answer: unknown) => (answer as { readonly [member: string]: readonly ConfigurationDocument[] })[name] ?? [];
}

/** In the order in which they are applied: rules name escalations, which name groups, which name recipients. */
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
