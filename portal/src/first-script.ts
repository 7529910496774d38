import type { Plugin } from 'vite';

/**
 * Adds a script before the other scripts of the page, so that it runs before their code is loaded.
 *
 * @param entry the name of the script among the build's inputs
 * @throws Error: it is not in the build, or would wait for the frame
 */
export function firstScript(entry: string): Plugin {
  return {
    name: 'alzette-portal-first-script',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const script = Object.values(bundle).find(
          (each) => each.type === 'chunk' && each.isEntry && each.name === entry,
        );
        if (script?.type !== 'chunk') throw new Error(`first script: ${entry} is not in the build`);
        const frame = script.imports.find((file) => /\/frame-/.test(file));
        if (frame !== undefined) throw new Error(`first script: ${entry} imports ${frame}`);
        const preloads = script.imports.map((file) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
          injectTo: 'head-prepend' as const,
        }));
        const src = `/${script.fileName}`;
        return [
          { tag: 'script', attrs: { type: 'module', crossorigin: true, src }, injectTo: 'head-prepend' },
          ...preloads,
        ];
      },
    },
  };
}
