import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { CORPUS_MISSING, corpusFile, corpusFiles } from '../support/payload-corpus.ts';
import { chirpStack, thingPark, thingsStack } from './downlinks.ts';
import { iotaJson, iotaJsonHttp, ultraLight } from './fiware.ts';
import { cayenneLpp, channels, hostile, luminaire, scenario } from './payloads.ts';
import * as uplinks from './uplinks.ts';
import type { Way, World } from './world.ts';
import { openWorld } from './world.ts';

/** Checks the outcome of a corpus file; each one reads its own kind of file. */
type Outcome = (world: World, way: Way, file: never) => Promise<void>;

const BOTH: readonly Way[] = ['MQTT', 'HTTP'];

const OUTCOMES: Readonly<Record<string, { readonly outcome: Outcome; readonly ways?: readonly Way[] }>> = {
  'actility-enterprise-uplink-decoded.json': { outcome: uplinks.decodedUpstream },
  'actility-tunnel-token.json': { outcome: thingPark },
  'actility-uplink-decoder-error.json': { outcome: uplinks.upstreamFailed },
  'actility-uplink-water-meter-batch.json': { outcome: uplinks.waterMeter },
  'actility-wireless-uplink-strings.json': { outcome: uplinks.uplink },
  'cayenne-lpp-vectors.json': { outcome: cayenneLpp },
  'chirpstack-v3-uplink-luminaire.json': { outcome: uplinks.luminaireUsage },
  'chirpstack-v4-device-events.json': { outcome: chirpStack },
  'chirpstack-v4-uplink-docs.json': { outcome: uplinks.uplink },
  'chirpstack-v4-uplink-waste-container.json': { outcome: uplinks.wasteContainer },
  'codec-sandbox-hostile.json': { outcome: hostile },
  'dedup-and-ordering-scenario.json': { outcome: scenario },
  // Its subject is HTTP; the next file has the same device by MQTT.
  'iota-json-http.json': { outcome: iotaJsonHttp, ways: ['HTTP'] },
  'iota-json-mqtt.json': { outcome: iotaJson },
  'kerlink-wanesy-uplink.json': { outcome: uplinks.uplink },
  'liveobjects-uplink.json': { outcome: uplinks.decodedUpstream },
  'loriot-uplink.json': { outcome: uplinks.uplink },
  'luminaire-nas-vectors.json': { outcome: luminaire },
  'milesight-extra-vectors.json': { outcome: channels },
  'ttn-v3-downlink-and-events.json': { outcome: thingsStack },
  'ttn-v3-uplink-decoded.json': { outcome: uplinks.decodedUpstream },
  'ttn-v3-uplink-things-node.json': { outcome: uplinks.thingsNode },
  'ttn-v3-uplink-zero-omitted-simulated.json': { outcome: uplinks.simulated },
  'ultralight-2.0.json': { outcome: ultraLight },
};

test('every file of the payload corpus has a check, and every check its file', { skip: CORPUS_MISSING }, () => {
  assert.deepEqual(corpusFiles(/\.json$/).sort(), Object.keys(OUTCOMES).sort());
});

for (const database of chosenBy('payload-corpus', testDatabases())) {
  describe(`the payload corpus on ${database.kind}`, { skip: CORPUS_MISSING }, () => {
    let opened: Promise<World> | undefined;
    after(async () => (await opened)?.close());

    for (const name of corpusFiles(/\.json$/)) {
      const { outcome, ways = BOTH } = OUTCOMES[name] ?? {};
      for (const way of ways) {
        test(`${name} by ${way}`, { timeout: 180_000 }, async () => {
          assert.ok(outcome !== undefined, 'no outcome of this file is known');
          opened ??= openWorld(database);
          // Each check knows the form of its own file.
          const file = JSON.parse(readFileSync(corpusFile(name), 'utf8')) as never;
          await outcome(await opened, way, file);
        });
      }
    }
  });
}
