import { readFile, writeFile } from 'node:fs/promises';
import { type AskProduct, mustAnswer } from '@alzette/packs/kinds';
import type { Accounts } from '../another-platform/accounts.ts';
import { dashboardOfGrafana } from '../another-platform/from-grafana.ts';
import { accountsOfKeycloak } from '../another-platform/from-keycloak.ts';
import { accountsOfLdif } from '../another-platform/from-ldif.ts';
import { flowsOfNodeRed } from '../another-platform/from-node-red.ts';
import { accountsOfWso2 } from '../another-platform/from-wso2.ts';
import { sendAccounts } from '../another-platform/send-accounts.ts';
import { askByHttp } from './ask-by-http.ts';
import { type Command, readArguments, UsageError } from './command.ts';

const WHERE = '[--dry-run] [--url http://127.0.0.1:1026] (ALZETTE_KEY: an API key)';
const OPTIONS = { url: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } } as const;

/** Roles, groups, accounts and clients of a realm. */
export const migrateFromKeycloak: Command = accountsCommand(
  `alzette migrate keycloak <realm.json> ${WHERE}
    creates roles, groups, accounts and clients from the export of a realm; it can be repeated`,
  accountsOfKeycloak,
);

/** People and groups of a directory. */
export const migrateFromLdap: Command = accountsCommand(
  `alzette migrate ldap <entries.ldif> ${WHERE}
    creates groups and accounts from the LDIF of a directory that is given up`,
  accountsOfLdif,
);

/** Applications of the API Manager, or users of the Identity Server. */
export const migrateFromWso2: Command = accountsCommand(
  `alzette migrate wso2 <application.yaml or users.json> ${WHERE}
    creates clients with their limits from an application of apictl, or accounts from users of SCIM 2`,
  accountsOfWso2,
);

/** A dashboard, as far as it translates. */
export const migrateFromGrafana: Command = {
  usage: `alzette migrate grafana <dashboard.json> [--table <name>=<Type>] [--tenant <name>] ${WHERE}
    makes a dashboard of the panels that translate, and says which don't and why; --table names the type of a table`,
  async run(args, environment) {
    const { values, positionals } = readArguments(args, {
      ...OPTIONS,
      tenant: { type: 'string' },
      table: { type: 'string', multiple: true, default: [] },
    });
    const text = await readFile(oneFile(positionals), 'utf8');
    const ask = productOf(values, environment);
    const types = new Map(values.table.map(typeOfTable));
    const { id, dashboard, notes } = dashboardOfGrafana(text, types);
    if (!values['dry-run']) {
      const known = await ask('GET', `/dashboards/${id}`);
      const version = known.status === 200 ? (known.body as { version: number }).version : 0;
      await mustAnswer(ask, 'PUT', `/dashboards/${id}?version=${version}`, { body: dashboard });
    }
    const parts = dashboard.widgets.length;
    console.log(`${dashboard.title}: ${parts} parts ${values['dry-run'] ? 'would be' : 'are'} at /dashboards/${id}`);
    showNotes(notes);
    return 0;
  },
};

/** What replaces flows; nothing is changed. */
export const migrateFromNodeRed: Command = {
  usage: `alzette migrate node-red <flows.json> [--report <file.json>]
    lists flows with what replaces each kind of node here; it changes nothing`,
  async run(args) {
    const { values, positionals } = readArguments(args, { report: { type: 'string' } });
    const flows = flowsOfNodeRed(await readFile(oneFile(positionals), 'utf8'));
    for (const { title, isDisabled, nodes } of flows) {
      console.log(`${title}${isDisabled ? ' (disabled)' : ''}`);
      for (const { type, count, instead, page } of nodes)
        console.log(
          `  ${count} ${type}: ${instead === undefined ? 'unknown here; keep Node-RED for it' : `${instead} (${page})`}`,
        );
    }
    if (values.report !== undefined) await writeFile(values.report, `${JSON.stringify(flows, null, 2)}\n`);
    return 0;
  },
};

function accountsCommand(usage: string, read: (text: string) => Accounts): Command {
  return {
    usage,
    async run(args, environment) {
      const { values, positionals } = readArguments(args, OPTIONS);
      const accounts = read(await readFile(oneFile(positionals), 'utf8'));
      const { roles, groups, clients, users, notes } = accounts;
      console.log(
        `${roles.length} roles, ${groups.length} groups, ${clients.length} clients, ${users.length} accounts`,
      );
      const sent = values['dry-run'] ? undefined : await sendAccounts(productOf(values, environment), accounts);
      if (sent) console.log(`${sent.created} accounts were created, ${sent.updated} changed.`);
      for (const { username, reason } of sent?.refused ?? []) console.log(`refused: ${username}: ${reason}`);
      const secrets = Object.entries(sent?.secrets ?? {});
      if (secrets.length > 0) console.log('New secrets, shown only once:');
      for (const [client, secret] of secrets) console.log(`  ${client} ${secret}`);
      showNotes(notes);
      return (sent?.refused.length ?? 0) > 0 ? 1 : 0;
    },
  };
}

function productOf({ url, tenant }: { url?: string; tenant?: string }, environment: NodeJS.ProcessEnv): AskProduct {
  return askByHttp(url ?? `http://127.0.0.1:${environment.PORT ?? 1026}`, environment.ALZETTE_KEY, tenant);
}

function typeOfTable(given: string): [table: string, type: string] {
  const [table, type, ...others] = given.split('=');
  if (!table || !type || others.length > 0)
    throw new UsageError(`--table: got ${given}, expected containers=WasteContainer`);
  return [table, type];
}

function showNotes(notes: readonly string[]): void {
  if (notes.length > 0) console.log('What does not come along:');
  for (const note of notes) console.log(`  ${note}`);
}

function oneFile(positionals: readonly string[]): string {
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new UsageError(`file: got ${positionals.join(' ') || 'none'}, expected one`);
  return file;
}
