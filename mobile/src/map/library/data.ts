export { boundingExtent } from 'ol/extent.js';
export { default as Feature } from 'ol/Feature.js';
export { default as GeoJSON } from 'ol/format/GeoJSON.js';
export { default as Point } from 'ol/geom/Point.js';
export { fromLonLat, getPointResolution, toLonLat, useGeographic } from 'ol/proj.js';
export { default as VectorSource } from 'ol/source/Vector.js';
