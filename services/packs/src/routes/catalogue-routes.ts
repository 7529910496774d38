import { actor } from '@alzette/kit/access';
import type { Handlers } from '@alzette/kit/serve';
import { gt } from 'semver';
import type { PackContract } from '../contract/contract.ts';
import { badIndex, downloadPack, type IndexParts, offered, readIndexes } from '../indexes/read-indexes.ts';
import { openPack } from '../install/installer.ts';
import { keepArchive } from '../store/pack-rows.ts';
import { setTelling, tellsOthers, toldPacks } from '../store/telling.ts';
import { type RouteParts, summary } from './route-parts.ts';

type Catalogue = 'catalogue' | 'indexes' | 'fetch' | 'neighbours' | 'tell';

/** What there is to install: with the product, in the indexes that the site trusts, and at the neighbours. */
export function catalogueHandlers(parts: RouteParts): Handlers<PackContract, Catalogue> {
  const { db, given } = parts;
  const indexParts: IndexParts = { ...parts, outgoing: given.outgoing };
  return {
    async catalogue() {
      return { packs: [...(await parts.shipped()).values()].map(summary) };
    },
    async indexes({ query: { q } }) {
      const indexes = (await readIndexes(indexParts)).map((read) => {
        const { url } = read;
        if ('fault' in read) return { url, fault: read.fault, packs: [] };
        const packs = offered(read.index, parts.version, q).map(({ entry, versions }) => {
          const { file: _file, sha256: _sha256, bytes: _bytes, ...shown } = entry;
          return { ...shown, versions };
        });
        return { url, title: read.index.title, packs };
      });
      return { indexes };
    },
    async fetch(request) {
      const { tenant, body } = request;
      const { id, version } = body;
      const own = [...(await parts.shipped()).values()].find(
        ({ manifest }) => manifest.id === id && (version === undefined || manifest.version === version),
      );
      const found = await downloadPack(indexParts, id, version).catch((error: unknown) => {
        // The product's own packs are there without a network.
        if (own === undefined) throw error;
        return own;
      });
      if ('manifest' in found) return summary(found);
      if (own !== undefined && !gt(found.entry.version, own.manifest.version)) return summary(own);
      const { entry, archive } = found;
      const pack = await openPack(parts, archive, tenant);
      const { manifest, digest } = pack;
      if (digest !== entry.digest || manifest.id !== entry.id || manifest.version !== entry.version) {
        throw badIndex(`${entry.file}: it is ${manifest.id} ${manifest.version}, not what the index says`);
      }
      await keepArchive(db, tenant, { digest, content: archive, by: actor(given.callerOf(request)) });
      return summary(pack);
    },
    async neighbours({ tenant }) {
      const told = Map.groupBy(await toldPacks(db, tenant), ({ id }) => id);
      const packs = [...told].map(([id, all]) => ({
        id,
        usedBy: all.map((each) => given.territories.of(each.tenant).name),
      }));
      return { tells: await tellsOthers(db, tenant), packs };
    },
    async tell({ tenant, body }) {
      await setTelling(db, tenant, body.tells);
    },
  };
}
