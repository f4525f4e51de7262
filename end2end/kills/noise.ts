// Pictures for a file input that are drawn from chance, each another one, and as large as a camera's once the tablet has encoded them anew.

import { deflateSync } from "node:zlib";
import type { Photo } from "../fixtures/photo.ts";
import type { Chance } from "./chance.ts";

const WIDTH = 640;
const HEIGHT = 480;

/** A PNG of noise: some 400 kB as the tablet keeps it, which travels in parts. */
export function noise(chance: Chance, name: string): Photo {
  const line = 1 + WIDTH * 3;
  const pixels = new Uint8Array(line * HEIGHT);
  for (let at = 0; at < pixels.length; at += 1) {
    pixels[at] = at % line === 0 ? 0 : Math.floor(chance.next() * 256);
  }
  const header = new Uint8Array(13);
  const fields = new DataView(header.buffer);
  fields.setUint32(0, WIDTH);
  fields.setUint32(4, HEIGHT);
  // Eight bits each of red, green and blue.
  header.set([8, 2, 0, 0, 0], 8);
  const compressed = Uint8Array.from(deflateSync(pixels, { level: 1 }));
  const file = [SIGNATURE, ...chunk("IHDR", header), ...chunk("IDAT", compressed), ...chunk("IEND", new Uint8Array())];
  return { name: `${name}.png`, mimeType: "image/png", buffer: Buffer.concat(file) };
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A part of the file, as it follows the others. */
function chunk(kind: string, content: Uint8Array): Uint8Array[] {
  const body = new Uint8Array(kind.length + content.length);
  body.set(new TextEncoder().encode(kind));
  body.set(content, kind.length);
  return [number(content.length), body, number(crc(body))];
}

function number(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** The check that ends each part of a PNG (CRC-32). */
function crc(bytes: Uint8Array): number {
  let sum = 0xffff_ffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      sum = sum & 1 ? (sum >>> 1) ^ 0xedb8_8320 : sum >>> 1;
    }
  }
  return (sum ^ 0xffff_ffff) >>> 0;
}
