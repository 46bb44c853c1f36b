import {allocateBytes} from '../../core/memory.ts';

/**
 * As much as the activations of a large network whose layers are not fused: with less than a run asks for, each buffer would be let
 * go just before it is wanted again.
 */
export const POOL_BYTES = 512 * 2 ** 20;

// Below this, the system's own allocator is as fast.
const LEAST_BYTES = 1 << 15;

/**
 * Memory of tensors that are gone, for those to come: the next run of a model needs the same sizes again, and fresh memory costs
 * zeroing and page faults.
 */
export class BufferPool {
  readonly #limit: number;
  readonly #free: ArrayBuffer[] = [];
  #bytes = 0;

  /** @param limit bytes to keep at most */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes that wait for their next use. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A buffer of this size, which holds anything at all. */
  take(bytes: number): ArrayBuffer {
    // The one given last: it may still be in a cache.
    const found = bytes < LEAST_BYTES ? -1 : this.#free.findLastIndex(buffer => buffer.byteLength === bytes);
    const [buffer] = found < 0 ? [] : this.#free.splice(found, 1);
    if (buffer === undefined) return allocateBytes(bytes);
    this.#bytes -= bytes;
    return buffer;
  }

  /** Takes back a buffer that nobody uses any more. */
  give(buffer: ArrayBuffer): void {
    // 0 of one that was transferred away.
    if (buffer.byteLength < LEAST_BYTES) return;
    this.#free.push(buffer);
    this.#bytes += buffer.byteLength;
    while (this.#bytes > this.#limit) this.#bytes -= this.#free.shift()?.byteLength ?? 0;
  }

  /** Lets go of everything. */
  clear(): void {
    this.#free.length = 0;
    this.#bytes = 0;
  }
}
