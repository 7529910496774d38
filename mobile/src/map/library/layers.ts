export { default as VectorLayer } from 'ol/layer/Vector.js';
