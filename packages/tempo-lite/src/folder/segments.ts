import { type FileHandle, mkdir, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { FSYNC_INTERVAL_MS, MAX_SEGMENT_BYTES } from "../limits.js";
import { lockFolder } from "./lock.js";

const NAME = /^spans-(\d{6})\.otlp$/;
/** Length and CRC-32 of the payload, both little-endian. */
const HEADER_BYTES = 8;

/** A segment that did not read to its end: what follows `offset` is lost, what stands before it is not. */
export interface TornSegment {
  readonly file: string;
  readonly offset: number;
  readonly lostBytes: number;
}

/**
 * Received OTLP requests in append-only files, each with its length and checksum. A request is in the operating system's
 * hands before it is acknowledged, so a killed process loses nothing; it is on the disk within a second (`fsync`), which
 * is what a power cut can take. Files are never rewritten: each start begins a new one.
 */
export class Segments {
  readonly #folder: string;
  readonly #unlock: () => Promise<void>;
  #next: number;
  #file: FileHandle | undefined;
  #size = 0;
  #unsynced = false;
  #queue: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  private constructor(folder: string, unlock: () => Promise<void>, next: number) {
    this.#folder = folder;
    this.#unlock = unlock;
    this.#next = next;
    this.#timer = setInterval(() => void this.#sync(), FSYNC_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Opens the folder, making it where it is missing. Rejects while another process holds it. */
  static async open(folder: string): Promise<Segments> {
    await mkdir(folder, { recursive: true });
    const unlock = await lockFolder(folder);
    const last = (await segmentNames(folder)).at(-1);
    return new Segments(folder, unlock, Number(NAME.exec(last ?? "")?.[1] ?? 0) + 1);
  }

  /** Hands over every request kept so far, oldest first. Call before the first append. */
  async replay(take: (request: Uint8Array) => void): Promise<TornSegment[]> {
    const torn: TornSegment[] = [];
    for (const file of await segmentNames(this.#folder)) {
      const bytes = await readFile(join(this.#folder, file));
      const offset = readRecords(bytes, take);
      if (offset < bytes.length) torn.push({ file, offset, lostBytes: bytes.length - offset });
    }
    return torn;
  }

  /** Resolves when the request has been written. After a failure the next one goes to a new file, behind the damage. */
  append(request: Uint8Array): Promise<void> {
    const written = this.#queue.then(() => this.#write(request));
    this.#queue = written.catch(() => {});
    return written;
  }

  /** Writes out what is waiting and gives the folder free. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#queue;
    await this.#finish();
    await this.#unlock();
  }

  async #write(request: Uint8Array): Promise<void> {
    if (this.#file !== undefined && this.#size + request.length > MAX_SEGMENT_BYTES) await this.#finish();
    if (this.#file === undefined) {
      const name = `spans-${String(this.#next).padStart(6, "0")}.otlp`;
      this.#next++;
      this.#file = await open(join(this.#folder, name), "wx");
      this.#size = 0;
    }
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(request.length, 0);
    header.writeUInt32LE(crc32(request), 4);
    try {
      await this.#file.writev([header, request]);
    } catch (error) {
      await this.#finish().catch(() => {});
      throw error;
    }
    this.#size += HEADER_BYTES + request.length;
    this.#unsynced = true;
  }

  async #sync(): Promise<void> {
    if (!this.#unsynced || this.#file === undefined) return;
    this.#unsynced = false;
    // A failed fsync is tried again by the next tick and by closing, which reports it.
    await this.#file.datasync().catch(() => {
      this.#unsynced = true;
    });
  }

  async #finish(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  }
}

async function segmentNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => NAME.test(name)).sort();
}

/** Returns where the last whole record ends. */
function readRecords(bytes: Buffer, take: (request: Uint8Array) => void): number {
  let offset = 0;
  while (offset + HEADER_BYTES <= bytes.length) {
    const start = offset + HEADER_BYTES;
    const end = start + bytes.readUInt32LE(offset);
    if (end > bytes.length) return offset;
    const request = bytes.subarray(start, end);
    if (crc32(request) !== bytes.readUInt32LE(offset + 4)) return offset;
    take(request);
    offset = end;
  }
  return offset;
}
