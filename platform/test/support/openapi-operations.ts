/** Whether the `/openapi` document of a server has an operation with this method and path. */
export async function openOperations(url: string): Promise<(method: string, path: string) => boolean> {
  const document = (await (await fetch(`${url}/openapi`)).json()) as { paths: Record<string, object> };
  const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => ({ method: method.toUpperCase(), parts: path.split('/') })),
  );
  return (method, path) => {
    const parts = path.split('/');
    return documented.some(
      (each) =>
        each.method === method &&
        each.parts.length === parts.length &&
        each.parts.every((part, at) => part.startsWith('{') || part === parts[at]),
    );
  };
}
