export { Turns } from '@alzette/kit/turns';
