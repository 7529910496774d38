export { defaults as defaultInteractions } from 'ol/interaction/defaults.js';
export { default as OlMap } from 'ol/Map.js';
export { default as View } from 'ol/View.js';
