import type { Plugin } from 'vite';

/** Lets the browser fetch these fonts of a build together with its code, and not once their styles are read. */
export function preloadFonts(fonts: readonly RegExp[]): Plugin {
  let base = '/';
  return {
    name: 'alzette-preload-fonts',
    apply: 'build',
    configResolved(config) {
      base = config.base;
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const files = Object.keys(bundle).filter((file) => fonts.some((font) => font.test(file)));
        if (files.length < fonts.length) throw new Error(`The build has not all of ${fonts.join(', ')}`);
        return files.map((file) => ({
          tag: 'link',
          attrs: { rel: 'preload', href: base + file, as: 'font', type: 'font/woff2', crossorigin: '' },
          injectTo: 'head',
        }));
      },
    },
  };
}
