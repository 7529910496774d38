export { Circle, Fill, Icon, Stroke, Style, Text } from 'ol/style.js';
