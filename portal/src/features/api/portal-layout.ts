import type { SwaggerPlugin, SwaggerSystem } from 'swagger-ui-dist/swagger-ui-bundle.js';

/** Swagger UI's layout without its `main` element, because the page already has one. */
export function portalLayout({ React }: SwaggerSystem): SwaggerPlugin {
  return {
    components: {
      PortalLayout({ getComponent }) {
        const part = (name: string) => React.createElement(getComponent(name, true), { key: name });
        const box = (className: string, ...names: string[]) =>
          React.createElement('div', { className, key: className }, ...names.map(part));
        return React.createElement(
          'div',
          { className: 'swagger-ui' },
          part('SvgAssets'),
          box('information-container wrapper', 'InfoContainer'),
          React.createElement(
            'div',
            { className: 'scheme-container', key: 'schemes' },
            box('schemes wrapper', 'ServersContainer', 'AuthorizeBtnContainer'),
          ),
          part('FilterContainer'),
          box('wrapper', 'operations'),
        );
      },
    },
  };
}
