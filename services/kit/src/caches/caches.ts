export { type CacheUse, Lru } from './lru.ts';
export { cacheMetrics, cacheUses, namedCache, showCache } from './named-caches.ts';
export { remembered } from './remembered.ts';
export { weightOf } from './weight.ts';
