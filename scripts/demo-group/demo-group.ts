import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { mustAnswer } from '@alzette/packs/kinds';
import { demoFolder, scopeOf } from '@alzette/territory';
import { askByHttp } from '../../platform/src/commands/ask-by-http.ts';
import { territoryIn } from '../../platform/src/territory-files/own-territory.ts';
import { readCommandLine } from '../commands/command-line.ts';
import { startArguments } from '../start-command.ts';

readCommandLine({
  usage: `npm run demo:group

The demo, and beside it three collectivities on *.localhost, which browsers find on this machine. PORT and the other
settings are those of npm start.`,
});

const MOSELLE = fileURLToPath(new URL('../../territories/moselbogen/', import.meta.url));
const LOOK_EVERY_MS = 500;
const LAMPS = 12;
const SAME_SIGNAL_MS = 500;

interface Shown {
  readonly tenant: string;
  readonly name: string;
  readonly folder: string;
  /** Absent: all communes of the folder. */
  readonly communes?: readonly string[];
  readonly colour: string;
  readonly news: string;
}

const GROUP: readonly Shown[] = [
  {
    tenant: 'hafen',
    name: 'Hafenstadt Moselbogen',
    folder: MOSELLE,
    colour: '#0b5563',
    news: 'Neie Marché um Hafen, all Samschdeg',
  },
  {
    tenant: 'vallee',
    name: 'Vallée haute',
    folder: demoFolder(),
    communes: ['villerupt', 'thil'],
    colour: '#7a2e0e',
    news: 'La piscine rouvre lundi',
  },
  {
    tenant: 'plateau',
    name: 'Plateau des mines',
    folder: demoFolder(),
    communes: ['aumetz', 'boulange'],
    colour: '#2f4f1d',
    news: 'Éclairage rénové rue de la Mine',
  },
];

/** Founds it, unless it is there, with street lights along its streets and an article. */
async function show({ tenant, name, folder, communes, colour, news }: Shown, url: string): Promise<void> {
  const whole = territoryIn(folder);
  const isShown = ({ slug }: { readonly slug: string }) => communes?.includes(slug) ?? true;
  const streets = (whole.streets?.features ?? []).filter(({ properties }) => isShown({ slug: properties.commune }));
  const body = {
    ...{ ...whole, tenant, name, colour, hosts: [`${tenant}.localhost`], communes: whole.communes.filter(isShown) },
    streets: { type: 'FeatureCollection', features: streets },
  };
  const group = askByHttp(url, undefined);
  const { collectivities } = (await mustAnswer(group, 'GET', '/ops/collectivities')) as {
    collectivities: readonly { readonly tenant: string }[];
  };
  if (collectivities.some((each) => each.tenant === tenant)) return;
  await mustAnswer(group, 'POST', '/ops/collectivities', { body });
  const own = askByHttp(url, undefined, tenant);
  const context = `${url}/contexts/territory/v1.jsonld`;
  const lamps = everywhere(streets).map(({ properties, geometry }, n) => ({
    id: `urn:ngsi-ld:Streetlight:${tenant}-${n + 1}`,
    type: 'Streetlight',
    '@context': context,
    scope: scopeOf(whole.communes.find(({ slug }) => slug === properties.commune)?.name ?? ''),
    name: { type: 'Property', value: `${properties.name} ${n + 1}` },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: geometry.coordinates[0] } },
    powerState: { type: 'Property', value: n % 5 === 0 ? 'off' : 'on' },
  }));
  const written = await fetch(`${url}/ngsi-ld/v1/entityOperations/upsert`, {
    method: 'POST',
    headers: { 'content-type': 'application/ld+json', 'ngsild-tenant': tenant },
    body: JSON.stringify(lamps),
  });
  if (!written.ok) throw new Error(`The street lights of ${name} were refused: ${await written.text()}`);
  const document = { texts: { fr: { title: news } } };
  await mustAnswer(own, 'POST', '/publishing/items', { body: { kind: 'news', owner: '', state: 'ready', document } });
}

/** Some of them, spread over all communes. */
function everywhere<T>(all: readonly T[]): T[] {
  return all.filter((_, n) => n % Math.ceil(all.length / LAMPS) === 0);
}

const port = process.env.PORT ?? '1026';
const url = `http://127.0.0.1:${port}`;
// A group of its own: otherwise it would get each signal of the terminal also from there, and stop at once.
const product = spawn(process.execPath, startArguments(''), { stdio: 'inherit', env: process.env, detached: true });
let isRunning = true;
const ended = new Promise<number>((resolve) => {
  product.on('exit', (code) => {
    isRunning = false; // also by a signal, which leaves no code
    resolve(code ?? 1);
  });
});
let passedOnAt = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // npm passes on what the terminal has sent already.
    if (Date.now() - passedOnAt < SAME_SIGNAL_MS) return;
    passedOnAt = Date.now();
    product.kill(signal);
  });
}
const isReady = async () => (await fetch(`${url}/ready`).catch(() => undefined))?.ok === true;
while (isRunning && !(await isReady())) {
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))]);
}
if (isRunning) {
  for (const shown of GROUP) await show(shown, url);
  for (const { tenant, name } of GROUP)
    console.log(`${name.padEnd(24)} http://${tenant}.localhost:${port}/  and /app/`);
}
process.exitCode = await ended;
