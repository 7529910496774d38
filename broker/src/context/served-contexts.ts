import { bundledContexts, latestContexts } from '@alzette/ngsi-ld-schemas/contexts';
import type { ContextStore } from './context-store.ts';

/** A document that is served under `/contexts/…`. */
export interface ServedContext {
  readonly document: unknown;
  /** The permanent path of this content; the same path, unless that stands for the latest version. */
  readonly path: string;
  readonly isLatest: boolean;
}

const MODELS = /^\/contexts\/models(?:\/([^/]+?))?(?:\/v(\d{1,9}))?\.jsonld$/;

/** The path of the terms of a tenant's installed models; without a version, of the latest. */
export function modelContextPath(tenant: string, version?: number): string {
  const parts = [
    '/contexts/models',
    ...(tenant === '' ? [] : [encodeURIComponent(tenant)]),
    ...(version === undefined ? [] : [`v${version}`]),
  ];
  return `${parts.join('/')}.jsonld`;
}

/** The document at a path below `/contexts/`: either part of the product, or generated from installed models. */
export async function servedContext(path: string, store: ContextStore): Promise<ServedContext | undefined> {
  const bundled = bundledContexts.get(path);
  if (bundled !== undefined) return { document: bundled['@context'], path, isLatest: false };
  const latest = latestContexts.get(path);
  if (latest !== undefined) {
    return { document: bundledContexts.get(latest)?.['@context'], path: latest, isLatest: true };
  }
  const match = MODELS.exec(path);
  if (match === null) return undefined;
  const [, encoded = '', version] = match;
  const tenant = decoded(encoded);
  if (tenant === undefined) return undefined;
  // `/contexts/models/v1.jsonld` is a version of the default tenant.
  const isVersion = version === undefined && /^v\d+$/.test(tenant);
  const named = isVersion
    ? { tenant: '', version: Number(tenant.slice(1)) }
    : { tenant, version: version && Number(version) };
  const found = await store.retrieveModels(named.tenant, named.version || undefined);
  if (found === undefined) return undefined;
  return {
    document: found.document,
    path: modelContextPath(named.tenant, found.version),
    isLatest: named.version === undefined,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
