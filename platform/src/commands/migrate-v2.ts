import { writeFileSync } from 'node:fs';
import { httpClient, TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import { bundledContexts } from '@alzette/ngsi-ld-schemas/contexts';
import { readConfig } from '../config.ts';
import { type MigrationReport, migrateV2 } from '../migration/migrate-v2.ts';
import { type Command, readArguments, UsageError } from './command.ts';

const SHOWN = 20;

/** Copies entities and subscriptions from an Orion by NGSIv2 (docs/interoperability.md). */
export const migrateFromV2: Command = {
  usage: `alzette migrate v2 <URL of the Orion>
    --to <URL>           the NGSI-LD broker to write to (default: PUBLIC_URL)
    --tenant <name>      the tenant to write to (default: the default tenant)
    --service <name>     the Fiware-Service to read (default: the tenant)
    --path <path>        the Fiware-ServicePath to read (default: /#, all)
    --from-token <token> X-Auth-Token for the Orion
    --token <token>      bearer token or key for the broker
    --context <URL>      the @context of types and attributes (default: the territory's)
    --report <file.json> where to write the complete report
    --dry-run            writes nothing`,
  async run(args, environment) {
    const { values, positionals } = readArguments(args, {
      to: { type: 'string' },
      tenant: { type: 'string', default: '' },
      service: { type: 'string' },
      path: { type: 'string', default: '/#' },
      'from-token': { type: 'string' },
      token: { type: 'string' },
      context: { type: 'string' },
      report: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
    });
    const [from, ...others] = positionals;
    if (from === undefined || others.length > 0 || !/^https?:\/\//.test(from)) {
      throw new UsageError(`URL of the Orion: got ${positionals.join(' ') || 'none'}, expected one http(s) URL`);
    }
    const to = values.to ?? readConfig({ ...environment, DEMO: 'off' }).publicUrl;
    const context = values.context ?? to + TERRITORY_CONTEXT_PATH;
    const service = values.service ?? values.tenant;
    const headers: Record<string, string> =
      values.token === undefined ? {} : { authorization: `Bearer ${values.token}` };
    const report = await migrateV2({
      from,
      headers: {
        'fiware-servicepath': values.path,
        ...(service !== '' && { 'fiware-service': service }),
        ...(values['from-token'] !== undefined && { 'x-auth-token': values['from-token'] }),
      },
      ...(!values['dry-run'] && { to: httpClient(to, { headers }) }),
      tenant: values.tenant,
      context,
      isKnown: (type) => TERMS.has(type),
    });
    showReport(report, values['dry-run']);
    if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(report, null, 2)}\n`);
    return report.refused.length > 0 ? 1 : 0;
  },
};

const TERMS: ReadonlySet<string> = new Set(
  Object.keys((bundledContexts.get(TERRITORY_CONTEXT_PATH)?.['@context'] ?? {}) as object),
);

function showReport({ types, entities, subscriptions, refused, notes }: MigrationReport, isTrial: boolean): void {
  console.log(`${entities} entities and ${subscriptions} subscriptions ${isTrial ? 'would be' : 'were'} migrated.`);
  for (const { type, entities: count, isStandard } of types) {
    console.log(`  ${count} ${type}${isStandard ? '' : ': no standard model of this name'}`);
  }
  if (notes.length > 0) console.log('Differences:');
  for (const { what, times } of notes.slice(0, SHOWN)) console.log(`  ${times} times: ${what}`);
  if (refused.length === 0) return;
  console.log(`${refused.length} were refused:`);
  for (const { id, why } of refused.slice(0, SHOWN)) console.log(`  ${id}: ${why}`);
  if (refused.length > SHOWN) console.log(`  and ${refused.length - SHOWN} more (--report writes them to a file)`);
}
