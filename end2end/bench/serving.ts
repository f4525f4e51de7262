// A server for pages that are measured: files of one folder, and a first page.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const HTML = "text/html; charset=utf-8";
const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".xml": "text/xml; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
};

/** Serves `folder`, and `page` at its root; the page is isolated from others, which gives it a finer clock. */
export async function serving<T>(folder: string, page: string, use: (origin: string) => Promise<T>): Promise<T> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const headers = {
      "Content-Type": TYPES[extname(path)] ?? HTML,
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    };
    if (path === "/") {
      response.writeHead(200, headers).end(page);
      return;
    }
    // The browser has resolved `..` already, and nobody else knows the port.
    const content = await readFile(join(folder, path)).catch(() => undefined);
    response.writeHead(content ? 200 : 404, headers).end(content);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
