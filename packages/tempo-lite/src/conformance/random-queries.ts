import { array, bool, double, type FixtureSpan, type FixtureTrace, int, type Json, text } from "./fixture.js";

/** Traces and queries made by chance from a seed: what nobody thought of writing down. */
export class RandomQueries {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0 || 1;
  }

  /** Traces whose attributes share few names and values of every type, so that queries meet all of them. */
  traces(count: number): FixtureTrace[] {
    return Array.from({ length: count }, (_, at) => {
      const spans: FixtureSpan[] = [];
      for (let n = 0; n <= this.#below(6); n++) {
        const parent = n === 0 ? undefined : this.#pick(spans).label;
        spans.push({
          label: `t${at}s${n}`,
          name: this.#pick(["x", "y", "zz", "a"]),
          ...(parent !== undefined && { parent }),
          kind: this.#below(6),
          ...this.#pick([{}, { status: { code: 1 } }, { status: { code: 2, message: "m" } }]),
          startNs: BigInt(this.#below(1_000_000_000)),
          durationNs: BigInt(this.#below(5)) * 500_000_000n,
          attributes: this.#attributes(["a", "b", "c", "http.method", "http.status_code"]),
        });
      }
      return { label: `t${at}`, resource: this.#attributes(["a", "r", "k8s.pod.name"]), spans };
    });
  }

  /** A query of the subset that both versions of Tempo answer reliably; `$S` is the fixture's service filter. */
  query(): string {
    let query = this.#filter();
    const more = this.#below(8);
    if (more === 0) query += ` && ${this.#filter()}`;
    if (more === 1) query += ` || ${this.#filter()}`;
    if (more === 2) query += ` | { ${this.#expression(1)} }`;
    query += this.#pick([
      "",
      "",
      "",
      " | by(span:id)",
      " | by(span:id) | by(kind)",
      " | by(resource.r)",
      " | count() > 1",
      " | count() <= 2",
    ]);
    if (this.#below(3) === 0)
      query += ` | select(${this.#pick(["name", "status", "kind", "span:parentID"])}, ${this.#field()})`;
    return query;
  }

  #filter(): string {
    return `{ $S && (${this.#expression(this.#below(4))}) }`;
  }

  #expression(depth: number): string {
    if (depth === 0 || this.#below(3) === 0) return this.#comparison();
    const left = this.#below(2) === 0 ? this.#expression(depth - 1) : `(${this.#expression(depth - 1)})`;
    const right = this.#below(2) === 0 ? this.#comparison() : `(${this.#expression(depth - 1)})`;
    return `${left} ${this.#pick(["&&", "||"])} ${right}`;
  }

  /** Plain attributes meet every sign that works with arrays on both versions; those with columns of their own only `=` and `!= nil`. */
  #comparison(): string {
    switch (this.#below(8)) {
      case 0:
        return `${this.#field()} != nil`;
      case 1:
        return `name ${this.#pick(["=", "!=", "=~", ">"])} "${this.#pick(["x", "y", "z.*", "a|x"])}"`;
      case 2:
        return `duration ${this.#pick([">", "<=", "="])} ${this.#pick(["500ms", "1s", "1s500ms", "0s"])}`;
      case 3:
        return this.#pick([
          "status = error",
          "status != unset",
          "kind = server",
          'statusMessage = "m"',
          'rootName = "x"',
          "nestedSetParent < 0",
        ]);
      case 4:
        return `span.http.method = ${this.#pick(['"a"', '"b"', "1", "true"])}`;
      case 5:
        return `span.${this.#pick(["a", "b"])} ${this.#pick([">", "<="])} ${this.#pick(["1", "1.0", '"a"'])}`;
      default:
        return `${this.#pick(["span.a", "span.b", "span.c", "resource.a", "resource.r"])} = ${this.#pick(["1", "2", "1.5", "3.0", '"a"', '""', "true"])}`;
    }
  }

  #field(): string {
    return this.#pick([
      "span.a",
      "span.b",
      "span.c",
      "span.http.method",
      "resource.a",
      "resource.r",
      "resource.k8s.pod.name",
    ]);
  }

  #attributes(keys: readonly string[]): Record<string, Json> {
    return Object.fromEntries(keys.filter(() => this.#below(3) > 0).map((key) => [key, this.#value()]));
  }

  #value(): Json {
    return this.#pick<() => Json>([
      () => int(this.#below(5)),
      () => double(this.#below(8) / 2),
      () => text(this.#pick(["a", "b", "ab", "1", ""])),
      () => bool(this.#below(2) === 0),
      () => array(double(1.5)),
    ])();
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)] as T;
  }

  /** xorshift, so that a seed means the same everywhere. */
  #below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state >>>= 0;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    this.#state >>>= 0;
    return this.#state % limit;
  }
}
