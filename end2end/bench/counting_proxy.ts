import { once } from "node:events";
import { type Server, type Socket, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Stands between the browser and a server and counts what crosses, as a network's bill would; and can break off. */
export class CountingProxy {
  /** Bytes from the server to the browser: bodies as they travel, and their headers. */
  received = 0;
  /** Bytes from the browser to the server, those included that broke off on their way. */
  sent = 0;
  /** How often there was a connection to cut. */
  cuts = 0;
  #isDown = false;
  #flapping: NodeJS.Timeout | undefined;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(serverPort: number) {
    this.#listener = createServer((browser) => {
      if (this.#isDown) {
        browser.destroy();
        return;
      }
      const server = connect(serverPort, "127.0.0.1");
      this.#tie(browser, server);
      this.#tie(server, browser);
      server.on("data", (bytes) => {
        this.received += bytes.length;
      });
      browser.on("data", (bytes) => {
        this.sent += bytes.length;
      });
      browser.pipe(server);
      server.pipe(browser);
    });
  }

  static async to(serverPort: number): Promise<CountingProxy> {
    const proxy = new CountingProxy(serverPort);
    proxy.#listener.listen(0, "127.0.0.1");
    await once(proxy.#listener, "listening");
    return proxy;
  }

  get url(): string {
    const address = this.#listener.address();
    if (address === null || typeof address === "string") {
      throw new Error("the proxy does not listen");
    }
    return `http://127.0.0.1:${address.port}`;
  }

  /** Returns when nothing has crossed for `quietMs`. */
  async quiet(quietMs: number): Promise<void> {
    let before = -1;
    while (before !== this.received) {
      before = this.received;
      await sleep(quietMs);
    }
  }

  /** Cuts every connection, and lets no other through until it is up again. */
  down(): void {
    this.#isDown = true;
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  up(): void {
    this.#isDown = false;
  }

  /** Is up for `upMs`, then down for `downMs`, and so on. */
  flap(upMs: number, downMs: number): void {
    this.up();
    this.#flapping = setTimeout(() => {
      this.cuts += this.#sockets.size > 0 ? 1 : 0;
      this.down();
      this.#flapping = setTimeout(() => this.flap(upMs, downMs), downMs);
    }, upMs);
  }

  /** Ends every connection: from here on there is no network. */
  close(): void {
    clearTimeout(this.#flapping);
    this.#listener.close();
    this.down();
  }

  /** Lets the end of one side be the end of the other. */
  #tie(socket: Socket, other: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => other.destroy());
    socket.on("close", () => {
      this.#sockets.delete(socket);
      other.destroy();
    });
  }
}
