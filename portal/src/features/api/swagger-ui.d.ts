declare module 'swagger-ui-dist/swagger-ui-bundle.js' {
  /** https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
  export interface SwaggerUiOptions {
    readonly domNode: HTMLElement;
    readonly spec: object;
    readonly layout: 'BaseLayout';
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
