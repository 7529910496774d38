import type { Plugin } from 'vite';

/** Preloads these fonts of a build, so that they arrive together with the code and not only after the styles. */
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
