declare module 'swagger-ui-dist/swagger-ui-bundle.js' {
  /** The part of Swagger UI's React that a layout needs. */
  export interface SwaggerSystem {
    readonly React: {
      createElement(component: unknown, properties: object, ...children: unknown[]): unknown;
    };
  }
  export interface SwaggerPlugin {
    readonly components: Readonly<
      Record<string, (properties: { getComponent(name: string, isContainer: boolean): unknown }) => unknown>
    >;
  }
  /** https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
  export interface SwaggerUiOptions {
    readonly domNode: HTMLElement;
    readonly spec: object;
    readonly plugins: readonly ((system: SwaggerSystem) => SwaggerPlugin)[];
    readonly layout: string;
    readonly docExpansion: 'none';
    readonly defaultModelsExpandDepth: number;
    readonly filter: boolean;
    readonly tryItOutEnabled: boolean;
    readonly displayRequestDuration: boolean;
    readonly persistAuthorization: boolean;
    readonly validatorUrl: 'none';
  }
  export default function swaggerUi(options: SwaggerUiOptions): object;
}
