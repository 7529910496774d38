/** What is packed for others to install. */
export interface PackedPackage {
  readonly name: string;
  readonly description: string;
  /** Workspaces; those that they need come with them. */
  readonly workspaces: readonly string[];
  /** Folders and files that go with them as they are. */
  readonly beside: readonly string[];
  /** Commands, by the TypeScript that they are made of. */
  readonly bin: { readonly [command: string]: string };
  /** What can be imported of it. */
  readonly exports?: { readonly [path: string]: string };
}

export const PACKAGES: readonly PackedPackage[] = [
  {
    name: 'alzette',
    description: 'A smart-territory platform around an NGSI-LD context broker: one process, one PostgreSQL.',
    workspaces: ['platform'],
    beside: ['territories', 'portal/dist', 'mobile/dist', 'docs-site/dist'],
    bin: { alzette: 'platform/src/alzette.ts' },
  },
  {
    name: '@alzette/broker',
    description: 'An NGSI-LD context broker (ETSI GS CIM 009) on PostgreSQL, or on an embedded one.',
    workspaces: ['broker'],
    beside: [],
    bin: { 'alzette-broker': 'broker/src/start.ts' },
    exports: { '.': 'broker/src/main.ts' },
  },
  {
    name: '@alzette/conformance-tests',
    description: 'The URL of any NGSI-LD broker in, verdicts by clause out.',
    workspaces: ['conformance-tests'],
    beside: [],
    bin: { 'ngsi-ld-conformance': 'conformance-tests/src/main.ts' },
  },
];
