/** Assets distributed over the communes of the territory: nine lamps per container, some of them defective or full. */

interface Commune {
  readonly name: string;
  readonly scope: string;
  readonly center: readonly [number, number];
}

const BATCH = 500;
const STREETS = ['Rue', 'Rue de la République', 'Avenue de la Gare', 'Rue des Œillets', 'Place de l’Église'];

export function territoryLink(url: string): Record<string, string> {
  const context = `${url}/contexts/territory/v1.jsonld`;
  return { link: `<${context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"` };
}

/** Creates missing assets. */
export async function seedAssets(url: string, count: number): Promise<void> {
  const query = 'type=Streetlight,WasteContainer&limit=1&count=true';
  const existing = await fetch(`${url}/ngsi-ld/v1/entities?${query}`, { headers: territoryLink(url) });
  if (Number(existing.headers.get('ngsild-results-count')) >= count) return;
  const territory = (await (await fetch(`${url}/territory`)).json()) as { communes: Commune[] };
  for (let from = 0; from < count; from += BATCH) {
    const assets = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => asset(from + i, territory.communes));
    const answer = await fetch(`${url}/ngsi-ld/v1/entityOperations/upsert`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...territoryLink(url) },
      body: JSON.stringify(assets),
    });
    if (!answer.ok) throw new Error(`upsert: ${answer.status} ${await answer.text()}`);
  }
}

function asset(n: number, communes: readonly Commune[]): object {
  const { name, scope, center } = communes[n % communes.length] as Commune;
  const observedAt = new Date().toISOString();
  // Evenly distributed and reproducible.
  const longitude = center[0] + (((n * 0.618034) % 1) - 0.5) * 0.03;
  const latitude = center[1] + (((n * 0.754878) % 1) - 0.5) * 0.02;
  const shared = {
    name: `B-${n}`,
    scope,
    address: { streetAddress: `${n % 300} ${STREETS[n % STREETS.length]} ${n % 97}`, addressLocality: name },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [longitude, latitude] } },
  };
  if (n % 10 === 0) {
    const fillingLevel = { value: (n % 97) / 97, observedAt };
    return { id: `urn:ngsi-ld:WasteContainer:bench-${n}`, type: 'WasteContainer', ...shared, fillingLevel };
  }
  return {
    id: `urn:ngsi-ld:Streetlight:bench-${n}`,
    type: 'Streetlight',
    ...shared,
    powerState: { value: n % 3 === 0 ? 'off' : 'on', observedAt },
    status: { value: n % 211 === 1 ? 'defectiveLamp' : 'ok', observedAt },
    powerConsumption: { value: 40, unitCode: 'WTT', observedAt },
  };
}
