import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { expect } from "chai";
import { choosePorts, type PortWish } from "./ports.js";

const wish = (usual: number, wanted?: number): PortWish => ({
  usual,
  wanted,
  askedBy: "--otlp-port",
  what: "traces go in",
});

describe("ports", () => {
  const servers: Server[] = [];
  /** The port of another program, at one address. */
  async function taken(host: string): Promise<number> {
    const server = createServer().listen(0, host);
    servers.push(server);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it("are the usual ones where these are free", async () => {
    const port = await taken("127.0.0.1");
    servers.pop()?.close();
    expect(await choosePorts({ otlp: wish(port) })).to.deep.equal({ otlp: { port, moved: undefined } });
  });

  it("that another program has, at whatever address localhost can mean, are left to it, and that is said", async () => {
    for (const host of ["127.0.0.1", "0.0.0.0", "::", "::1"]) {
      const usual = await taken(host).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EADDRNOTAVAIL" && error.code !== "EAFNOSUPPORT") throw error;
      });
      if (usual === undefined) continue;
      const { otlp } = await choosePorts({ otlp: wish(usual) });
      expect(otlp.port, host).to.be.greaterThan(usual);
      expect(otlp.moved).to.equal(
        `Port ${usual} is taken: traces go in at port ${otlp.port} (--otlp-port chooses one).`,
      );
    }
  });

  it("that were asked for are these or an error", async () => {
    const port = await taken("127.0.0.1");
    const refused = await choosePorts({ otlp: wish(4318, port) }).catch((error: unknown) => error);
    expect(refused).to.include({ name: "CommandError", code: 1 });
    expect(String(refused)).to.include(`expected port ${port} to be free`).and.include("--otlp-port");
    expect(await choosePorts({ otlp: wish(port, 0) })).to.deep.equal({ otlp: { port: 0, moved: undefined } });
  });

  it("are not taken from each other, and least of all from one who asked", async () => {
    const free = await taken("127.0.0.1");
    servers.pop()?.close();
    const { tempo, otlp, api } = await choosePorts({ tempo: wish(free), otlp: wish(free), api: wish(1, free) });
    expect(api.port).to.equal(free);
    expect(new Set([tempo.port, otlp.port, free]).size).to.equal(3);
  });
});
