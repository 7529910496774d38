/** A package to install. */
export interface PackedPackage {
  readonly name: string;
  readonly description: string;
  /** Workspaces; the workspaces that they depend on are included, unless they are `extras`. */
  readonly workspaces: readonly string[];
  /** The package whose folder its contents are added to; it contains the workspaces that they depend on. */
  readonly extras?: string;
  /** Folders and files that are included unchanged. */
  readonly beside: readonly string[];
  /** Commands, by their TypeScript file. */
  readonly bin: { readonly [command: string]: string };
  /** The exports of the package. */
  readonly exports?: { readonly [path: string]: string };
}

export const PACKAGES: readonly PackedPackage[] = [
  {
    name: 'alzette',
    description: 'A smart-territory platform around an NGSI-LD context broker: one process, one PostgreSQL.',
    workspaces: ['platform'],
    beside: ['territories', 'packs', 'docker', 'portal/dist', 'mobile/dist', 'docs-site/dist'],
    bin: { alzette: 'platform/src/alzette.ts' },
  },
  {
    name: 'alzette-demo',
    description: 'The demo territory of Alzette: unpacked into the folder of the package alzette.',
    workspaces: ['demo'],
    extras: 'alzette',
    beside: [],
    bin: {},
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
