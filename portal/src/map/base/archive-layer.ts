import MVT from 'ol/format/MVT.js';
import type ImageTile from 'ol/ImageTile.js';
import type BaseLayer from 'ol/layer/Base.js';
import TileLayer from 'ol/layer/Tile.js';
import VectorTileLayer from 'ol/layer/VectorTile.js';
import type RenderFeature from 'ol/render/Feature.js';
import VectorTileSource from 'ol/source/VectorTile.js';
import XYZ from 'ol/source/XYZ.js';
import TileState from 'ol/TileState.js';
import { createXYZ } from 'ol/tilegrid.js';
import type VectorTile from 'ol/VectorTile.js';
import { type Header, PMTiles, TileType } from 'pmtiles';
import { type Appearance, CARTOGRAPHY, type Cartography } from '../../theme/palette.ts';
import { imageClass } from './image-class.ts';
import { tileStyle } from './tile-style.ts';

/** Kept, so that a change of colours does not read its directories again. */
const archives = new Map<string, PMTiles>();
/** The URL that OpenLayers hands to the loader of a tile. */
const TILE = '{z}/{x}/{y}';
/** Vector tiles are drawn at 512 pixels, as their makers expect. */
const VECTOR_PIXELS = 512;

interface OpenedArchive {
  readonly layer: BaseLayer;
  readonly shows: 'vector' | 'image';
  /** The attribution in the archive, as plain text. */
  readonly attribution?: string;
}

/**
 * A layer of a PMTiles archive, which is read by ranges of bytes.
 *
 * @throws if the archive can't be read
 */
export async function openArchive(url: string, look: Appearance): Promise<OpenedArchive> {
  const archive = archives.get(url) ?? new PMTiles(new URL(url, location.href).href);
  const [header, metadata] = await Promise.all([archive.getHeader(), archive.getMetadata()]);
  archives.set(url, archive);
  const isVector = header.tileType === TileType.Mvt;
  const attribution = plainText((metadata as { attribution?: unknown } | null)?.attribution);
  return {
    layer: isVector ? vectorLayer(archive, header, CARTOGRAPHY[look]) : imageLayer(archive, header, look),
    shows: isVector ? 'vector' : 'image',
    ...(attribution !== undefined && { attribution }),
  };
}

function vectorLayer(archive: PMTiles, { minZoom, maxZoom }: Header, inks: Cartography): BaseLayer {
  const format = new MVT();
  const source = new VectorTileSource<RenderFeature>({
    format,
    url: TILE,
    tileGrid: createXYZ({ minZoom, maxZoom, tileSize: VECTOR_PIXELS }),
    tileLoadFunction(tile, name) {
      const vectors = tile as VectorTile<RenderFeature>; // of this source
      vectors.setLoader((extent, _resolution, featureProjection) => {
        bytesOf(archive, name)
          .then((data) => vectors.setFeatures(data ? format.readFeatures(data, { extent, featureProjection }) : []))
          .catch(() => vectors.setState(TileState.ERROR));
      });
    },
  });
  return new VectorTileLayer({ source, style: tileStyle(inks), declutter: 'streets', updateWhileInteracting: false });
}

function imageLayer(archive: PMTiles, { minZoom, maxZoom }: Header, look: Appearance): BaseLayer {
  const source = new XYZ({
    url: TILE,
    tileGrid: createXYZ({ minZoom, maxZoom }),
    async tileLoadFunction(tile, name) {
      const image = (tile as ImageTile).getImage() as HTMLImageElement;
      try {
        const data = await bytesOf(archive, name);
        if (!data) return tile.setState(TileState.EMPTY);
        const blob = URL.createObjectURL(new Blob([data]));
        image.addEventListener('load', () => URL.revokeObjectURL(blob), { once: true });
        image.src = blob;
      } catch {
        tile.setState(TileState.ERROR);
      }
    },
  });
  return new TileLayer({ source, className: imageClass(look) });
}

async function bytesOf(archive: PMTiles, name: string): Promise<ArrayBuffer | undefined> {
  const [z = 0, x = 0, y = 0] = name.split('/').map(Number);
  return (await archive.getZxy(z, x, y))?.data;
}

/** Removes tags, so that the parser does not load anything from their attributes, and resolves entities. */
function plainText(html: unknown): string | undefined {
  if (typeof html !== 'string') return undefined;
  return (
    new DOMParser().parseFromString(html.replace(/<[^>]*>?/g, ''), 'text/html').body.textContent?.trim() || undefined
  );
}
